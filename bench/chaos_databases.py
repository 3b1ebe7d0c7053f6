"""The databases of a callbot that is broken: files of SQLite in its folder, or its own PostgreSQL server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.fakes.postgres import PostgresServer

# Of conversations, of the desk, of the city's system; in a callbot's folder.
SQLITE_FILES = ("conversations.db", "desk.db", "backend.db")


@dataclass(frozen=True)
class Databases:
    """Their addresses. environment: what the callbot must be told of them."""

    conversations: str
    desk: str
    city: str
    environment: Mapping[str, str] = field(default_factory=dict)


def sqlite_databases(var_dir: Path) -> Databases:
    return Databases(*(f"sqlite:///{var_dir / name}" for name in SQLITE_FILES))


def postgres_databases(server: PostgresServer) -> Databases:
    """Make three empty ones: conversations and desk share theirs, as on several machines."""
    admin = create_engine(server.url, isolation_level="AUTOCOMMIT")
    urls = {}
    with admin.connect() as connection:
        for name in ("callbot", "backend", "rasa"):
            connection.execute(text(f"CREATE DATABASE {name}"))
            urls[name] = make_url(server.url).set(database=name).render_as_string(hide_password=False)
    admin.dispose()
    environment = {
        "CALLBOT_DATABASE_URL": urls["callbot"],
        "CALLBOT_BACKEND_DATABASE_URL": urls["backend"],
        "CALLBOT_RASA_DATABASE_URL": urls["rasa"],
    }
    return Databases(urls["callbot"], urls["callbot"], urls["backend"], environment)
