"""Reports that were there before the tables changed come along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from integrations.backend.__main__ import MIGRATIONS
from integrations.backend.life_store import LifeStore
from integrations.backend.models import ServiceRequest
from integrations.database import migrate, open_database, writing
from integrations.desk_models import ReportRow
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database

AT = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def move(engine: Engine, migrations: Path, revision: str) -> None:
    """Bring the tables forward or back to a version."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with writing(engine) as session:
        config.attributes["connection"] = session.connection()
        (command.downgrade if revision.startswith("-") else command.upgrade)(config, revision.lstrip("-"))


def insert(engine: Engine, table: str, **values: object) -> None:
    """Put a row into a table as it was then."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    with writing(engine) as session:
        session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def old_request(engine: Engine, state: str) -> None:
    people = ("first_name", "last_name", "phone", "email", "device_id", "account_id")
    insert(
        engine,
        "service_requests",
        **dict.fromkeys((*people, "address_id", "media_url", "status_notes", "description", "source"), ""),
        service_code="trou",
        state=state,
        address="12, av. de la République",
        answers="{}",
        priority=1,
        complete=True,
        **dict.fromkeys(("requested_at", "updated_at", "expected_at"), AT),
    )


def test_old_requests_get_the_life_that_is_known_of_them(engine: Engine) -> None:
    move(engine, MIGRATIONS, "0001")
    for state in ("received", "open", "closed"):
        old_request(engine, state)

    migrate(engine, MIGRATIONS)

    lives = LifeStore(engine, {})
    with Session(engine) as session:
        rows = session.query(ServiceRequest).order_by(ServiceRequest.id).all()
    assert [row.state for row in rows] == ["received", "triaged", "closed"]
    assert {row.address_key for row in rows} == {"12 avenue republique"}
    assert {row.n_people for row in rows} == {1}
    lived = [[(event.state, event.at) for event in lives.events(row.id)] for row in rows]
    assert lived == [
        [("received", AT)],
        [("received", AT), ("triaged", AT)],
        [("received", AT), ("closed", AT)],
    ]
    move(engine, MIGRATIONS, "-0001")
    with Session(engine) as session:
        states = session.execute(text("SELECT state FROM service_requests ORDER BY id")).scalars().all()
    assert states == ["received", "open", "closed"]


def test_old_reports_are_found_as_duplicates(engine: Engine) -> None:
    move(engine, DESK_MIGRATIONS, "0003")
    texts = ("description", "place_spoken", "district", "caller_name", "caller_phone", "backend_id")
    for number, street in enumerate(("rue de la République", ""), start=1):
        insert(
            engine,
            "reports",
            **dict.fromkeys(texts, ""),
            reference=f"NIM 26 000{number} 0",
            conversation_id=f"call-{number}",
            problem_code="trou",
            street=street,
            house_number="12",
            landmark="",
            source="phone",
            priority=1,
            complete=True,
            answers="{}",
            requested_at=AT,
            updated_at=AT,
            delivery="delivered",
        )

    migrate(engine, DESK_MIGRATIONS)

    with Session(engine) as session:
        rows = session.query(ReportRow).order_by(ReportRow.reference).all()
    assert [(row.place_key, row.closed_at) for row in rows] == [("12 rue republique", None), ("", None)]
    move(engine, DESK_MIGRATIONS, "-0003")
    move(engine, DESK_MIGRATIONS, "head")
