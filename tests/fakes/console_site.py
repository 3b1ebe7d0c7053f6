"""The console on a free port, with an account of each role; what the rest of the bot does is written."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from bot.console.roles import Role
from bot.console.routes_live import Following
from bot.console.steering_desk import SteeringDesk
from bot.console.wiring import Console, build_console
from bot.listeners import OPTIONS, public_app
from bot.safeguards import Safeguards
from bot.settings import Settings
from bot.steering.editions import Editions
from bot.store.accounts import AccountStore
from bot.store.conversations import MIGRATIONS
from bot.store.models_accounts import AccountRow, SignInRow
from bot.store.sign_ins import IDLE
from integrations.city import load_city
from integrations.database import migrate, open_database, writing
from integrations.messages import load_messages
from integrations.personal_data_people import people_model
from integrations.report_desk import ReportDesk
from integrations.report_desk_embedded import EmbeddedDesk
from integrations.steering_store import SteeringStore
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.engines import ToneSynthesizer
from tests.fakes.reports_servers import AGENTS_KEY

CITY = Path("city/nimes")
PASSWORD = "un-mot-de-passe-long"
NAMES = {Role.AGENT: "Zoé Agent", Role.SUPERVISOR: "Saïd Chef", Role.ADMINISTRATOR: "Ada Admin"}


@contextmanager
def console_app(folder: Path, following: Following | None = None) -> Iterator[FastAPI]:
    """The console in process, for a test client; with the same accounts. folder: of its database."""
    site = ConsoleSite(folder, 80)
    try:
        yield site.app(following)[0]
    finally:
        site.close()


def open_accounts(database: Engine) -> None:
    """An account of each role, named like it, unless there are some already."""
    accounts = AccountStore(database)
    with Session(database) as session:
        if session.scalar(select(func.count(AccountRow.id))):
            return
    for role, name in NAMES.items():
        accounts.add(role, name, role, PASSWORD, datetime.now(UTC))


def console_beside(
    settings: Settings, editions: Editions, database: Engine, desk_database: Engine, following: Following
) -> Console:
    """The console of a bot that carries calls and chats; its accounts and its desk's tables are made."""
    open_accounts(database)
    migrate(desk_database, DESK_MIGRATIONS)
    reports = EmbeddedDesk(settings.backend_url, AGENTS_KEY)
    steering = SteeringDesk(SteeringStore(desk_database), editions.catalogue)
    return build_console(
        settings,
        editions.city,
        database,
        desk_database,
        reports,
        steering=steering,
        following=following,
    )


class ConsoleSite:
    """A running console. Logins are the roles' names, with PASSWORD. engine: of the conversations."""

    def __init__(self, var_dir: Path, port: int, database_url: str = "", **settings: Any) -> None:
        self.settings = Settings(var_dir=var_dir, public_port=port, database_url=database_url, **settings)
        self.url = f"http://127.0.0.1:{port}"
        self.reports: ReportDesk = EmbeddedDesk(self.settings.backend_url, AGENTS_KEY)
        self.engine: Engine = open_database(self.settings.conversations_url)
        migrate(self.engine, MIGRATIONS)
        open_accounts(self.engine)
        self.desk_engine: Engine = open_database(f"sqlite:///{var_dir / 'desk.db'}")
        migrate(self.desk_engine, DESK_MIGRATIONS)
        self.steering = SteeringDesk(
            SteeringStore(self.desk_engine),
            load_messages(CITY),
            synthesizer=ToneSynthesizer(),
            has_fallback=True,
        )
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @contextmanager
    def running(self) -> Iterator[ConsoleSite]:
        """Listen; returns when browsers are served."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(120), "the console did not start"
        try:
            yield self
        finally:
            assert self._server is not None
            self._server.should_exit = True
            self._thread.join()
            self.close()

    def close(self) -> None:
        """Close the databases."""
        self.engine.dispose()
        self.desk_engine.dispose()

    def end_sessions(self) -> None:
        """Let so much time go by that everybody must sign in again."""
        with writing(self.engine) as session:
            session.execute(update(SignInRow).values(seen_at=datetime.now(UTC) - IDLE))

    @contextmanager
    def signed_in(self, role: Role) -> Iterator[httpx.Client]:
        """A client signed in with an account of this role; `x-csrf-token` is sent with everything."""
        with httpx.Client(base_url=self.url, follow_redirects=True) as client:
            page = client.post("/console/sign-in", data={"login": role, "password": PASSWORD})
            assert page.status_code == 200, page.text
            token = page.text.partition('"X-CSRF-Token": "')[2].partition('"')[0]
            client.headers["x-csrf-token"] = token
            yield client

    def app(self, following: Following | None = None) -> tuple[FastAPI, Console]:
        """The listener with the console's routes, and the console. following: see `build_console`."""
        console = build_console(
            self.settings,
            load_city(CITY),
            self.engine,
            self.desk_engine,
            self.reports,
            steering=self.steering,
            following=following,
        )
        app = public_app(_healthy, *console.routers)
        console.install(app)
        app.add_middleware(Safeguards, is_secure=self.settings.is_secure)
        return app, console

    async def _serve(self, ready: threading.Event) -> None:
        app, console = self.app()
        # As in the bot: pages do not wait for the model that masks.
        people_model()
        tasks = [asyncio.create_task(each) for each in console.work()]
        self._server = _Server(uvicorn.Config(app, "127.0.0.1", self.settings.public_port, **OPTIONS))
        self._server.ready = ready
        await self._server.serve()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.reports.aclose()


class _Server(uvicorn.Server):
    """Says when it listens; leaves signals alone, for it runs in a thread."""

    ready: threading.Event

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _healthy() -> dict[str, Any]:
    return {"status": "ok"}
