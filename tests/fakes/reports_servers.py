"""Report servers that really listen: the embedded one, a foreign one, and a proxy that spoils exchanges."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine

from integrations.backend.__main__ import MIGRATIONS
from integrations.backend.app import create_app
from integrations.backend.catalogue import YES_NO_VALUES, Attribute, Catalogue, ServiceType
from integrations.backend.context import Context
from integrations.backend.intake import Form
from integrations.backend.letters import Letters
from integrations.backend.life_store import LifeStore
from integrations.backend.photos import PhotoFolder
from integrations.backend.store import RequestStore
from integrations.database import migrate, open_database
from integrations.outbox.metrics import OutboxCollector

KEY = "clé-d'essai"
AGENTS_KEY = "cle-des-agents"
ALERT_KEYS = {"hypervision": "clé-d'alerte", "muet": ""}
HOLE = ServiceType(
    code="trou",
    name="Trou & <nid-de-poule>",
    group="Voie publique",
    keywords=("trou dans la route", "nid de poule"),
    attributes=(
        Attribute("danger", "Est-ce dangereux ?", YES_NO_VALUES),
        Attribute("taille", "Quelle taille ?"),
    ),
    agency="Voirie",
    priority=2,
)
LAMP = ServiceType("lampe", "Lampe éteinte", "Éclairage public", ("lampe",), (), "Éclairage", 3)
CATALOGUE = Catalogue(
    services={service.code: service for service in (HOLE, LAMP)},
    delays={1: timedelta(hours=48), 2: timedelta(hours=168), 3: timedelta(hours=720)},
    timezone=ZoneInfo("Europe/Paris"),
)


def embedded_app(
    engine: Engine,
    photos: Path,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    jurisdiction_id: str = "",
    desk: Engine | None = None,
) -> FastAPI:
    """The embedded server on a database, which is brought up to date first.

    photos: the folder of photos. desk: the database whose dead letters agents see.
    """
    migrate(engine, MIGRATIONS)
    context = Context(
        catalogue=CATALOGUE,
        engine=engine,
        store=RequestStore(engine, CATALOGUE.delays),
        lives=LifeStore(engine, CATALOGUE.delays),
        photos=PhotoFolder(photos),
        letters=Letters(desk),
        key=KEY,
        clock=clock,
        jurisdiction_id=jurisdiction_id,
        agents_key=AGENTS_KEY,
        alert_keys=ALERT_KEYS,
    )
    metrics = CollectorRegistry()
    if desk is not None:
        metrics.register(OutboxCollector(desk, clock))
    return create_app(context, "2026-11-23T00:00:00+01:00", metrics)


def foreign_app(filed: list[dict[str, Any]]) -> FastAPI:
    """A server of somebody else: JSON only, numbers as identifiers, no discovery, no time zones."""
    app = FastAPI(openapi_url=None)

    @app.post("/requests.json")
    async def post(request: Request) -> list[dict[str, Any]]:
        form = Form.parse(await request.body())
        row = {
            "service_request_id": 100 + len(filed),
            "status": "open",
            "service_code": form.get("service_code"),
            "description": form.get("description"),
            "address": form.get("address_string"),
            "requested_datetime": "2026-11-23T21:00:00",
        }
        filed.append(row)
        return [{"service_request_id": row["service_request_id"]}]

    @app.get("/requests.json")
    def listed() -> list[dict[str, Any]]:
        return filed

    @app.get("/requests/{request_id}.json")
    def one(request_id: int) -> list[dict[str, Any]]:
        return [row for row in filed if row["service_request_id"] == request_id]

    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free port of this machine; gives its address, without a slash at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def embedded_server(folder: Path, **options: Any) -> Iterator[tuple[str, Engine]]:
    """Serve the embedded system on SQLite in a folder; gives the base of GeoReport and the database."""
    engine = open_database(f"sqlite:///{folder / 'backend.db'}")
    try:
        with serving(embedded_app(engine, folder / "photos", **options)) as url:
            yield f"{url}/open311/v2/", engine
    finally:
        engine.dispose()
