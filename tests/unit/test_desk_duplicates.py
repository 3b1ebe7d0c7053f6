"""The same problem told by several people: one report, and everybody counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import Delivery, OutboxKind, OutboxRow, ReportRow
from integrations.outbox.store import OutboxStore
from integrations.protocols import Place, ReportState
from integrations.report_payload import from_payload, from_update_payload
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import DOWN, MemoryBackend
from tests.unit.test_desk_filing import INCOMPLETE, NOW, REPORT

PLACE = REPORT.place
LATER = NOW + timedelta(hours=3)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def backend() -> MemoryBackend:
    backend = MemoryBackend()
    backend.state = ReportState.OPEN
    return backend


@pytest.fixture
def desk(engine: Engine, backend: MemoryBackend) -> Desk:
    return Desk(engine, backend, "NIM")


def outbox(engine: Engine) -> list[OutboxRow]:
    with Session(engine) as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def deliver(engine: Engine, backend: MemoryBackend) -> None:
    """Have the city's system take the first report that waits."""
    store = OutboxStore(engine, "worker", timedelta(minutes=1))
    parcel = store.claim(LATER)
    assert parcel is not None
    store.delivered(parcel, "1", LATER)
    with Session(engine) as session:
        assert session.get_one(ReportRow, parcel.reference).delivery == Delivery.DELIVERED


@pytest.mark.parametrize(
    "place",
    [
        PLACE,
        Place("au 12, République", "Rue de la République", "12"),
        Place("14 rue de la République", "rue de la République", "14", latitude=43.8304, longitude=4.36),
        Place("ici", latitude=43.83, longitude=4.3606),
    ],
)
async def test_the_same_problem_at_the_same_place(desk: Desk, place: Place) -> None:
    reference = await desk.file_report(REPORT, NOW)

    known = await desk.find_open_duplicate("trou", place, LATER)

    assert known is not None
    assert (known.reference, known.n_people, known.requested_at) == (reference, 1, NOW)
    assert known.place_label == "12 rue de la République"
    assert known.distance_m < 50


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        ("lampe", PLACE),
        ("trou", Place("40 rue de la République", "rue de la République", "40")),
        ("trou", Place("rue de la République", "rue de la République", latitude=43.83, longitude=4.36)),
        ("trou", Place("ici", latitude=43.83, longitude=4.3607)),
        ("trou", Place("12 rue de la raie publique")),
        ("trou", Place("")),
    ],
)
async def test_another_problem_or_another_place(desk: Desk, problem: str, place: Place) -> None:
    await desk.file_report(REPORT, NOW)

    assert await desk.find_open_duplicate(problem, place, LATER) is None


async def test_an_unfinished_report_is_no_duplicate(desk: Desk) -> None:
    await desk.file_report(INCOMPLETE, NOW)
    assert await desk.find_open_duplicate("trou", PLACE, LATER) is None


async def test_after_ninety_days_it_is_told_anew(desk: Desk) -> None:
    await desk.file_report(REPORT, NOW)
    assert await desk.find_open_duplicate("trou", PLACE, NOW + timedelta(days=90)) is not None
    assert await desk.find_open_duplicate("trou", PLACE, NOW + timedelta(days=90, seconds=1)) is None


async def test_the_nearest_comes_first_then_the_oldest(desk: Desk) -> None:
    near = Place("ici", latitude=43.8301, longitude=4.36)
    await desk.file_report(replace(REPORT, conversation_id="call-0", place=near), NOW)
    oldest = await desk.file_report(REPORT, NOW + timedelta(minutes=1))
    await desk.file_report(replace(REPORT, conversation_id="call-2"), NOW + timedelta(minutes=2))

    known = await desk.find_open_duplicate("trou", PLACE, LATER)

    assert known is not None
    assert known.reference == oldest


async def test_what_the_city_has_closed_is_no_duplicate_and_is_remembered(
    desk: Desk, engine: Engine, backend: MemoryBackend
) -> None:
    reference = await desk.file_report(REPORT, NOW)
    await deliver(engine, backend)
    await backend.submit(from_payload(outbox(engine)[0].payload))
    backend.state = ReportState.CLOSED

    assert await desk.find_open_duplicate("trou", PLACE, LATER) is None
    backend.troubles = [DOWN]
    assert await desk.find_open_duplicate("trou", PLACE, LATER) is None
    with Session(engine) as session:
        assert session.get_one(ReportRow, reference).closed_at == LATER


async def test_a_city_system_that_is_down_hides_nothing(
    desk: Desk, engine: Engine, backend: MemoryBackend
) -> None:
    reference = await desk.file_report(REPORT, NOW)
    await deliver(engine, backend)
    backend.troubles = [DOWN]

    known = await desk.find_open_duplicate("trou", PLACE, LATER)

    assert known is not None
    assert (known.reference, known.backend_id) == (reference, "1")


async def test_people_who_join_are_counted_once_per_conversation(desk: Desk, engine: Engine) -> None:
    reference = await desk.file_report(REPORT, NOW)

    for conversation in ("call-2", "call-3", "call-2", REPORT.conversation_id):
        assert await desk.join_report(reference, conversation, "0639980002", LATER) == reference

    known = await desk.find_open_duplicate("trou", PLACE, LATER)
    assert known is not None
    assert known.n_people == 3
    # Those who told of it need not be asked whether they mean it.
    assert await desk.find_open_duplicate("trou", PLACE, LATER, "call-2") is None
    assert await desk.find_open_duplicate("trou", PLACE, LATER, REPORT.conversation_id) is None
    updates = [row for row in outbox(engine) if row.kind == OutboxKind.UPDATE]
    sent = [from_update_payload(row.payload) for row in updates]
    assert [update.reference for update in sent] == [reference] * 2
    assert len({update.update_id for update in sent}) == 2
    assert all(update.adds_person and update.phone == "0639980002" for update in sent)


async def test_who_joined_is_told_what_became_of_it(desk: Desk) -> None:
    reference = await desk.file_report(REPORT, NOW)
    await desk.join_report(reference, "call-2", "0639980002", LATER)

    found = await desk.reports_of_phone("0639980002", NOW)

    assert [status.reference for status in found] == [reference]
    assert await desk.reports_of_phone("0639980002", LATER + timedelta(seconds=1)) == []


async def test_nobody_joins_a_report_that_is_not_there(desk: Desk, engine: Engine) -> None:
    with pytest.raises(LookupError):
        await desk.join_report("NIM 26 0001 7", "call-2", "", LATER)
    assert outbox(engine) == []


async def test_a_word_about_a_report_waits_until_the_city_has_it(desk: Desk, engine: Engine) -> None:
    reference = await desk.file_report(REPORT, NOW)
    await desk.join_report(reference, "call-2", "", NOW)
    store = OutboxStore(engine, "worker", timedelta(minutes=1))
    report = store.claim(NOW)
    assert report is not None
    assert store.claim(NOW) is None
    assert store.dead(report, "refused", NOW)
    # Nobody has the report, so there is nothing to say about it yet; it is lost neither.
    assert store.claim(LATER) is None

    assert await desk.settle_letter(report.id, "HV-77", LATER)
    update = store.claim(LATER)

    assert update is not None
    assert (update.kind, update.backend_id) == (OutboxKind.UPDATE, "HV-77")
    assert store.delivered(update, "u1", LATER)
    with Session(engine) as session:
        assert session.get_one(ReportRow, reference).backend_id == "HV-77"
    assert not await desk.settle_letter(report.id, "HV-78", LATER)


async def test_a_neighbours_number_is_near_where_nothing_has_coordinates(desk: Desk) -> None:
    await desk.file_report(REPORT, NOW)
    neighbour = Place("14 rue de la République", "rue de la République", "14 bis")
    known = await desk.find_open_duplicate("trou", neighbour, LATER)
    assert known is not None
    assert known.distance_m == 20
