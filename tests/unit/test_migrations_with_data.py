"""Every migration, back and forward again with a row in each table: what stays is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, insert, inspect, text
from sqlalchemy.types import JSON, Boolean, Date, DateTime, Float, Integer

from bot.store import leases, models_accounts, models_conversations, models_counts, models_privacy, presences
from bot.store.conversations import MIGRATIONS
from bot.store.models import Base
from bot.store.models_review import ReviewRow
from integrations.backend.__main__ import MIGRATIONS as BACKEND_MIGRATIONS
from integrations.backend.models import Base as BackendBase
from integrations.database import UtcDateTime, migrate, open_database, writing
from integrations.desk_models import Base as DeskBase
from integrations.notifications_models import NotificationRow
from integrations.steering_store import SteeringRow
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database

# Naming a module, or a class of it, makes its tables part of the metadata.
assert leases, models_accounts
assert models_conversations, models_counts
assert models_privacy, presences
assert {ReviewRow.metadata, NotificationRow.metadata, SteeringRow.metadata}
AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
# A sign-in that had ended would go on in the older tables: the row of this test has ended.
LEFT_BEHIND = {"console_sign_ins"}
# The first version knew two states of a report; the others are one of them there.
TRANSLATED = {("service_requests", "state")}
DATABASES = {
    "conversations": (MIGRATIONS, Base.metadata),
    "desk": (DESK_MIGRATIONS, DeskBase.metadata),
    "backend": (BACKEND_MIGRATIONS, BackendBase.metadata),
}


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def go(engine: Engine, migrations: Path, revision: str, way: Any) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        way(config, revision)


def row_of(table: Table) -> dict[str, object]:
    """Something in every column that takes something; keys are alike, so that rows refer to each other."""
    values: dict[str, object] = {}
    for column in table.columns:
        if column.computed is not None:
            continue
        match column.type:
            case Boolean():
                values[column.name] = True
            case Integer():
                values[column.name] = 1
            case Float():
                values[column.name] = 1.5
            case JSON():
                values[column.name] = {}
            case Date():
                values[column.name] = date(2026, 11, 25)
            case DateTime() | UtcDateTime():
                values[column.name] = AT
            case _:
                values[column.name] = "été"
    return values


def fill(engine: Engine, metadata: MetaData) -> None:
    with writing(engine) as session:
        for table in metadata.sorted_tables:
            # Triggers may have been faster.
            if not session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one():
                session.execute(insert(table).values(**row_of(table)))


def contents(engine: Engine) -> dict[str, dict[str, object]]:
    """The one row of each table."""
    found = {}
    with engine.connect() as connection:
        for name in inspect(engine).get_table_names():
            row = connection.execute(text(f"SELECT * FROM {name}")).mappings().first()
            if row is not None and not name.startswith(("alembic", "conversation_words")):
                found[name] = dict(row)
    return found


@pytest.mark.parametrize("database", DATABASES)
def test_what_stays_comes_through_unchanged(engine: Engine, database: str) -> None:
    migrations, metadata = DATABASES[database]
    migrate(engine, migrations)
    fill(engine, metadata)
    at_head = contents(engine)
    assert set(at_head) >= {table.name for table in metadata.sorted_tables}
    config = Config()
    config.set_main_option("script_location", str(migrations))
    revisions = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    before = at_head
    for revision in revisions[1:]:
        go(engine, migrations, revision, command.downgrade)
        now = contents(engine)
        tables = set(inspect(engine).get_table_names())
        for name, row in before.items():
            if name in tables - LEFT_BEHIND:
                assert name in now, (revision, name)
                kept = {
                    column: value
                    for column, value in now[name].items()
                    if column in row and (name, column) not in TRANSLATED
                }
                assert kept == {column: row[column] for column in kept}, (revision, name)
        before = now
    first = before
    go(engine, migrations, "head", command.upgrade)
    again = contents(engine)
    for name, row in first.items():
        came_back = {column: again[name].get(column, value) for column, value in row.items()}
        changed = {column for column in row if came_back[column] != row[column]}
        assert {(name, column) for column in changed} <= TRANSLATED, name
