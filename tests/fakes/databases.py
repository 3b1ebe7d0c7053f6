"""Fresh databases for tests: SQLite always, PostgreSQL too where CALLBOT_TEST_POSTGRES_URL names a server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from integrations.database import open_database

POSTGRES_URL = os.environ.get("CALLBOT_TEST_POSTGRES_URL", "")
KINDS = ("sqlite", "postgresql") if POSTGRES_URL else ("sqlite",)


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database, which goes away afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'fresh.db'}"
        return
    name = f"callbot_test_{secrets.token_hex(6)}"
    server = open_database(POSTGRES_URL)
    admin = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
        server.dispose()
