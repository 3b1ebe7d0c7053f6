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
# Databases of this process that are empty again: to make one takes ten times as long.
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
        _idle.append(_emptied(name))


def _server() -> URL:
    return make_url(postgres_url()).set(drivername="postgresql+psycopg")


@contextmanager
def _connected(database: str | None = None) -> Iterator[Connection]:
    url = _server() if database is None else _server().set(database=database)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _made() -> str:
    """Make a database that goes away with this process."""
    with _connected() as connection:
        connection.execute(text(f"CREATE DATABASE {(name := _new_name())}"))
    # Once is enough, and before the server ends, which the connection has begun.
    atexit.unregister(_drop_idle)
    atexit.register(_drop_idle)
    return name


def _emptied(name: str) -> str:
    """Empty it, under another name: whoever still writes to the old one is told that it is gone."""
    with _connected() as connection:
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        connection.execute(text(others))
        connection.execute(text(f"ALTER DATABASE {name} RENAME TO {(renamed := _new_name())}"))
    with _connected(renamed) as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public AUTHORIZATION pg_database_owner"))
        connection.execute(text("GRANT USAGE ON SCHEMA public TO PUBLIC"))
    return renamed


def _new_name() -> str:
    return f"callbot_test_{secrets.token_hex(6)}"


def _drop_idle() -> None:
    with _connected() as connection:
        for name in _idle:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
