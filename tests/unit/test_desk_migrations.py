"""The desk's tables are brought up to date without losing what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from integrations.database import migrate, open_database, writing
from integrations.desk_callbacks_work import CallbackDesk
from integrations.desk_models import CallbackState
from integrations.notifications_models import NotificationRow
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
OLD_CALLBACK = text(
    "INSERT INTO callbacks (reference, conversation_id, caller_name, phone, service, reason, requested_at,"
    " due_at, state) VALUES (:reference, 'call-1', '', '0639980001', 'accueil', 'rappel', :now, :now, :state)"
)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def go_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(DESK_MIGRATIONS))
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


def test_the_tables_are_those_of_the_models(engine: Engine) -> None:
    migrate(engine, DESK_MIGRATIONS)
    with engine.connect() as connection:
        options = {"version_table": "alembic_version_desk", "compare_server_default": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, NotificationRow.metadata) == []


async def test_call_backs_of_the_first_version_go_on(engine: Engine) -> None:
    go_to(engine, "0001")
    with writing(engine) as session:
        for reference, state in (("NIM 26 0001 1", "open"), ("NIM 26 0002 2", "closed")):
            session.execute(OLD_CALLBACK, {"reference": reference, "now": NOW.isoformat(" "), "state": state})
    migrate(engine, DESK_MIGRATIONS)

    agents = CallbackDesk(engine)
    assert [callback.reference for callback in await agents.waiting()] == ["NIM 26 0001 1"]
    closed = await agents.get("NIM 26 0002 2")
    assert closed is not None
    assert closed.state is CallbackState.DONE
    assert await agents.claim("NIM 26 0001 1", "Amina", NOW)
    assert await agents.finish("NIM 26 0001 1", "Amina", "rappelé", NOW)


def test_migrations_can_be_taken_back(engine: Engine) -> None:
    migrate(engine, DESK_MIGRATIONS)
    go_to(engine, "base")
    migrate(engine, DESK_MIGRATIONS)
