"""What the desk writes before anything is promised to a caller."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.orm import Session

from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import CallbackRow, Delivery, OutboxKind, OutboxRow, ReportRow
from integrations.desk_types import NewCallback, NewReport
from integrations.outbox.store import OutboxStore
from integrations.protocols import Place
from integrations.references import make_reference
from integrations.report_payload import from_payload
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REPORT = NewReport(
    conversation_id="call-1",
    problem_code="trou",
    description="Un trou",
    place=Place("12 rue de la raie publique", "rue de la République", "12", latitude=43.83, longitude=4.36),
    source="phone",
    priority=1,
    caller_name="Zoé",
    caller_phone="0639980001",
    answers={"danger": "oui"},
)
INCOMPLETE = replace(REPORT, complete=False, answers={}, caller_name="", caller_phone="")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    migrate(engine, DESK_MIGRATIONS)
    yield engine
    engine.dispose()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine, MemoryBackend(), "NIM")


def outbox(engine: Engine) -> list[OutboxRow]:
    with Session(engine) as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def reports(engine: Engine) -> list[ReportRow]:
    with Session(engine) as session:
        return list(session.scalars(select(ReportRow).order_by(ReportRow.reference)))


def take(engine: Engine, *, deliver: bool) -> None:
    """A worker takes the next parcel, and delivers it or not."""
    store = OutboxStore(engine, "worker", timedelta(minutes=1))
    parcel = store.claim(NOW)
    assert parcel is not None
    if deliver:
        assert store.delivered(parcel, "77", NOW)


async def test_report_and_delivery_are_written_together(desk: Desk, engine: Engine) -> None:
    reference = await desk.file_report(REPORT, NOW)

    assert reference == "NIM 26 0001 7"
    (row,), (parcel,) = reports(engine), outbox(engine)
    assert (row.reference, row.delivery, row.backend_id) == (reference, Delivery.PENDING, "")
    assert (parcel.reference, parcel.kind, parcel.state) == (reference, OutboxKind.REPORT, Delivery.PENDING)
    assert parcel.next_attempt_at == NOW
    sent = from_payload(parcel.payload)
    assert (sent.reference, sent.place, sent.requested_at) == (reference, REPORT.place, NOW)
    assert (sent.problem_code, sent.description, sent.priority) == ("trou", "Un trou", 1)
    assert (sent.caller_name, sent.caller_phone, sent.answers) == ("Zoé", "0639980001", {"danger": "oui"})
    assert (sent.source, sent.conversation_id, sent.complete) == ("phone", "call-1", True)


async def test_nothing_is_promised_when_the_delivery_cannot_be_written(desk: Desk, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE outbox"))

    with pytest.raises(SQLAlchemyError):
        await desk.file_report(REPORT, NOW)

    assert reports(engine) == []


async def test_a_moment_without_its_zone_is_refused(desk: Desk, engine: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await desk.file_report(REPORT, NOW.replace(tzinfo=None))
    assert reports(engine) == []


async def test_the_same_problem_told_twice_is_one_report(desk: Desk, engine: Engine) -> None:
    first = await desk.file_report(REPORT, NOW)
    again = await desk.file_report(replace(REPORT, description="Un gros trou"), NOW + timedelta(minutes=1))
    after_hanging_up = await desk.file_report(INCOMPLETE, NOW + timedelta(minutes=2))

    assert first == again == after_hanging_up
    assert len(outbox(engine)) == 1
    assert reports(engine)[0].complete


@pytest.mark.parametrize(
    "other",
    [
        replace(REPORT, place=Place("place de l'Horloge", landmark="place de l'Horloge")),
        replace(REPORT, problem_code="lampe"),
        replace(REPORT, conversation_id="call-2"),
    ],
)
async def test_another_problem_is_another_report(desk: Desk, engine: Engine, other: NewReport) -> None:
    references = [await desk.file_report(report, NOW) for report in (REPORT, other)]

    assert references == ["NIM 26 0001 7", "NIM 26 0002 5"]
    assert [row.reference for row in outbox(engine)] == references


async def test_completed_before_anybody_took_it_it_is_delivered_once(desk: Desk, engine: Engine) -> None:
    first = await desk.file_report(INCOMPLETE, NOW)
    completed = await desk.file_report(REPORT, NOW + timedelta(minutes=1))

    assert completed == first
    (parcel,) = outbox(engine)
    sent = from_payload(parcel.payload)
    assert parcel.kind == OutboxKind.REPORT
    assert (sent.complete, sent.caller_phone, sent.requested_at) == (True, REPORT.caller_phone, NOW)


@pytest.mark.parametrize("deliver", [False, True])
async def test_completed_later_the_completion_follows(desk: Desk, engine: Engine, deliver: bool) -> None:
    first = await desk.file_report(INCOMPLETE, NOW)
    take(engine, deliver=deliver)
    completed = await desk.file_report(REPORT, NOW + timedelta(minutes=1))

    assert completed == first
    (row,), (report, completion) = reports(engine), outbox(engine)
    assert (row.complete, row.delivery) == (True, Delivery.PENDING)
    assert not from_payload(report.payload).complete
    assert completion.kind == OutboxKind.COMPLETION
    assert from_payload(completion.payload).complete


@pytest.mark.parametrize(
    "corrected",
    [
        replace(REPORT, place=Place("14 rue de la République", "rue de la République", "14")),
        replace(REPORT, problem_code="trottoir"),
    ],
)
async def test_a_completion_may_correct_what_or_where(
    desk: Desk, engine: Engine, corrected: NewReport
) -> None:
    first = await desk.file_report(INCOMPLETE, NOW)

    assert await desk.file_report(corrected, NOW) == first
    (row,) = reports(engine)
    assert (row.problem_code, row.house_number) == (corrected.problem_code, corrected.place.house_number)


async def test_what_and_where_both_changed_is_another_problem(desk: Desk, engine: Engine) -> None:
    first = await desk.file_report(INCOMPLETE, NOW)
    other = replace(REPORT, problem_code="lampe", place=Place("place de l'Horloge"))

    assert await desk.file_report(other, NOW) != first
    assert [row.complete for row in reports(engine)] == [False, True]


async def test_the_same_words_the_next_day_are_another_problem(desk: Desk) -> None:
    first = await desk.file_report(REPORT, NOW)

    assert await desk.file_report(REPORT, NOW + timedelta(hours=24)) == first
    assert await desk.file_report(REPORT, NOW + timedelta(hours=24, seconds=1)) != first


async def test_whatever_was_said_is_kept_as_far_as_it_can_be_written(desk: Desk, engine: Engine) -> None:
    strange = NewReport(
        conversation_id="c" * 100,
        problem_code="trou",
        description="a\x00b\ud800c🕳️" + "é" * 10_000,
        place=Place("p\x00" * 500, "s" * 500, "9" * 500, "l" * 500, "d" * 500),
        source="chat",
        caller_name="n\x00" * 500,
        caller_phone="0" * 500,
        answers={"danger": "\x00oui" * 1000},
    )
    reference = await desk.file_report(strange, NOW)
    wanted = NewCallback("c" * 100, "0" * 500, "accueil", "\x00\udfff!", NOW, "n" * 500)
    await desk.request_callback(wanted, NOW)

    (row,) = reports(engine)
    assert row.description == "abc🕳️" + "é" * 10_000
    assert (row.street, row.house_number) == ("s" * 200, "9" * 16)
    assert (row.caller_name, row.caller_phone) == ("n" * 200, "0" * 32)
    assert from_payload(outbox(engine)[0].payload).answers == {"danger": "oui" * 1000}
    assert await desk.file_report(strange, NOW) == reference


async def test_numbers_start_again_each_year_and_never_go_back(desk: Desk) -> None:
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    moments = [NOW, NOW, new_year, NOW, new_year]
    references = [
        await desk.file_report(replace(REPORT, conversation_id=f"call-{n}"), moment)
        for n, moment in enumerate(moments)
    ]

    expected = [(2026, 1), (2026, 2), (2027, 1), (2027, 2), (2027, 3)]
    assert references == [make_reference("NIM", year, number) for year, number in expected]


async def test_a_call_back_is_kept_until_somebody_closes_it(desk: Desk, engine: Engine) -> None:
    due_at = NOW + timedelta(days=1)
    wanted = NewCallback("call-1", "0639980001", "etat_civil", "acte de naissance", due_at, "Zoé")
    reference = await desk.request_callback(wanted, NOW)

    with Session(engine) as session:
        row = session.get_one(CallbackRow, reference)
    assert (row.phone, row.service, row.reason) == ("0639980001", "etat_civil", "acte de naissance")
    assert (row.state, row.requested_at, row.due_at, row.closed_at) == ("open", NOW, due_at, None)
    assert await desk.file_report(REPORT, NOW) != reference


FILING = """
import asyncio, sys
from datetime import UTC, datetime
from integrations.desk import Desk
from integrations.desk_types import NewReport
from integrations.protocols import Place
from integrations.settings import Settings
from integrations.wiring import open_desk

async def main(process, count):
    desk = open_desk(Settings(), "NIM")
    for number in range(count):
        report = NewReport(f"{process}-{number}", "trou", "", Place("ici"), "phone")
        print(await desk.file_report(report, datetime(2026, 11, 23, tzinfo=UTC)))
    await desk.aclose()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def test_processes_that_start_together_share_one_row_of_numbers(url: str, tmp_path: Path) -> None:
    n_processes, n_reports = 4, 25
    environment = {"CALLBOT_DATABASE_URL": url, "CALLBOT_VAR_DIR": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", FILING, str(process), str(n_reports)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for process in range(n_processes)
    ]
    given = [line for process in processes for line in process.communicate()[0].split("\n") if line]

    assert [process.returncode for process in processes] == [0] * n_processes
    numbers = range(1, n_processes * n_reports + 1)
    assert sorted(given) == [make_reference("NIM", 2026, number) for number in numbers]
    engine = open_database(url)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == len(given)
    engine.dispose()
