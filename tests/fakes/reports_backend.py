"""The embedded report system in process, with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.database import open_database
from tests.fakes.databases import fresh_database
from tests.fakes.reports_servers import KEY, embedded_app

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINIMAL = {"api_key": KEY, "service_code": "trou", "address_string": "Place de l'Horloge"}


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Backend:
    """The system, its database and its clock."""

    http: TestClient
    database: Engine
    clock: Clock

    def get(self, path: str, **params: str) -> Response:
        return self.http.get(f"/open311/v2/{path}", params=params)

    def post(self, path: str = "requests.json", **fields: str | list[str]) -> Response:
        """Post a request. attribute__code stands for attribute[code]."""
        form = {
            f"{name.replace('__', '[')}]" if "__" in name else name: value for name, value in fields.items()
        }
        return self.http.post(f"/open311/v2/{path}", data={**MINIMAL, **form})

    def filed(self) -> list[ServiceRequest]:
        with Session(self.database) as session:
            return list(session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


@contextmanager
def backend_in(
    folder: Path, jurisdiction_id: str = "", desk: Engine | None = None, kind: str = "sqlite"
) -> Iterator[Backend]:
    """Run the system on a fresh database. folder: of photos, and of SQLite's file.

    desk: the database whose dead letters agents see. kind: one of `databases.KINDS`.
    """
    clock = Clock()
    with fresh_database(kind, folder) as url:
        database = open_database(url)
        app = embedded_app(database, folder / "photos", clock, jurisdiction_id, desk)
        try:
            with TestClient(app, base_url="http://desk", client=("127.0.0.1", 50_000)) as http:
                yield Backend(http, database, clock)
        finally:
            database.dispose()
