"""SQL databases by their address: opened, kept up to date, and written to safely from several processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, DateTime, Engine, create_engine, event, text
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 15_000
# Seconds to connect, milliseconds that sent data may stay unacknowledged.
PATIENCE = {"connect_timeout": "5", "tcp_user_timeout": "10000"}
# Any number will do as long as all processes use the same: only one of them migrates at a time.
MIGRATION_LOCK = 311_030_189


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, given and returned with its time zone; stored in UTC, since SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_database(url: str) -> Engine:
    """Return an engine; a SQLite file is opened with write-ahead logging, so that readers never wait."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        patient_url = parsed.update_query_dict(_patience(parsed))
        return create_engine(patient_url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Names and numbers of callers are in it; SQLite gives its other files the same permissions.
        path.touch(mode=0o600, exist_ok=True)
    # What is written belongs to callers: it must not come back in the text of errors.
    engine = create_engine(parsed, hide_parameters=True)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def patient(url: str) -> str:
    """The address of a database, with how long a server that does not answer is waited for."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        return url
    return parsed.update_query_dict(_patience(parsed)).render_as_string(hide_password=False)


def _patience(url: URL) -> dict[str, str]:
    """libpq's own would let a cut cable hold a thread for a quarter of an hour."""
    return {name: value for name, value in PATIENCE.items() if name not in url.query}


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session that commits at the end of the block, or rolls back on an error.

    On SQLite the write lock is taken at once: a transaction that reads first and writes later could
    otherwise be refused, without waiting, because another process wrote in between.
    """
    with Session(engine.execution_options(callbot_writes=True)) as session, session.begin():
        yield session


def migrate(engine: Engine, migrations: Path) -> None:
    """Bring the tables to the newest version; safe when several processes start together.

    migrations: Alembic folder whose env.py works on `config.attributes["connection"]`.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with writing(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does, in the right mode.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # What was promised to a caller must survive a power cut, so every commit reaches the disk.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is a caller's: its bytes go too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("callbot_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
