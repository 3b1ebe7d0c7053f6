"""Fresh databases for tests, of both kinds."""

from __future__ import annotations

import atexit
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url

from tests.fakes.postgres import postgres_url

KINDS = ("sqlite", "postgresql")
# Names of databases of this process that are empty again: to make one takes ten times as long.
_idle: list[str] = []


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database; what is in it goes away afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'fresh.db'}"
        return
    name = _idle.pop() if _idle else _made()
    try:
        yield _server().set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(name) as connection:
            others = "datname = current_database() AND pid != pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        _idle.append(name)


def _server() -> URL:
    return make_url(postgres_url()).set(drivername="postgresql+psycopg")


@contextmanager
def _connected(database: str | None = None) -> Iterator[Connection]:
    url = _server() if database is None else _server().set(database=database)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _made() -> str:
    """Make a database that goes away with this process."""
    name = f"callbot_test_{secrets.token_hex(6)}"
    with _connected() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    atexit.register(_drop, name)
    return name


def _drop(name: str) -> None:
    with _connected() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
