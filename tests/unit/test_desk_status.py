"""What the desk tells of a report, and what waits for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_types import ReportStatus
from integrations.outbox.store import OutboxStore
from integrations.protocols import BackendError, FiledReport, Report, ReportState
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.outbox_backend import DOWN, MemoryBackend
from tests.unit.test_desk_filing import NOW, REPORT

SINCE = NOW - timedelta(days=90)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    yield engine
    engine.dispose()


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


@pytest.fixture
def desk(engine: Engine, backend: MemoryBackend) -> Desk:
    return Desk(engine, backend, "NIM")


def as_filed(reference: str) -> Report:
    return Report(reference, "trou", "Un trou", REPORT.place, NOW, "phone", "call-1")


async def test_a_report_on_its_way_is_told_from_the_desk(desk: Desk) -> None:
    reference = await desk.file_report(REPORT, NOW)

    status = await desk.status(reference)

    assert status is not None
    assert (status.reference, status.problem_code, status.place_label) == (
        reference,
        "trou",
        "12 rue de la République",
    )
    assert (status.state, status.delivered, status.is_current) == (ReportState.OPEN, False, False)
    assert (status.requested_at, status.updated_at) == (NOW, NOW)


async def test_a_delivered_report_is_told_from_the_citys_system(desk: Desk, backend: MemoryBackend) -> None:
    reference = await desk.file_report(REPORT, NOW)
    backend.filed.append(as_filed(reference))

    status = await desk.status("vingt-six zéro zéro zéro un sept")

    assert status is not None
    assert (status.reference, status.state, status.is_current) == (reference, ReportState.CLOSED, True)
    assert (status.requested_at, status.status_notes, status.backend_id) == (NOW, "réparé", "1")


async def test_a_system_that_is_down_costs_freshness_only(desk: Desk, backend: MemoryBackend) -> None:
    reference = await desk.file_report(REPORT, NOW)
    backend.filed.append(as_filed(reference))
    backend.troubles = [DOWN]

    status = await desk.status(reference)

    assert status is not None
    assert (status.state, status.is_current) == (ReportState.OPEN, False)


async def test_a_system_that_is_slow_is_not_waited_for(engine: Engine) -> None:
    class Hanging(MemoryBackend):
        async def find(self, reference: str, backend_id: str = "") -> FiledReport | None:
            await asyncio.Event().wait()
            return None

    desk = Desk(engine, Hanging(), "NIM", ask_s=0.01)
    reference = await desk.file_report(REPORT, NOW)

    status = await desk.status(reference)
    assert status is not None
    assert not status.is_current
    with pytest.raises(BackendError):
        await desk.status("26 0412 8")


async def test_a_report_from_elsewhere_is_found_in_the_citys_system(
    desk: Desk, backend: MemoryBackend
) -> None:
    backend.filed.append(as_filed("NIM 26 0412 8"))

    status = await desk.status("26 0412 8")

    assert status is not None
    assert (status.reference, status.is_current) == ("NIM 26 0412 8", True)
    assert status.requested_at == datetime(2026, 11, 24, tzinfo=UTC)


async def test_unknown_and_unreadable_references_are_told_apart_from_a_failure(
    desk: Desk, backend: MemoryBackend
) -> None:
    assert await desk.status("26 0412 8") is None
    assert await desk.status("26 0412 7") is None
    assert backend.calls == ["find"]
    backend.troubles = [DOWN]
    with pytest.raises(BackendError):
        await desk.status("26 0412 8")


async def test_a_number_s_reports_newest_first(desk: Desk, backend: MemoryBackend) -> None:
    references = [
        await desk.file_report(replace(REPORT, conversation_id=f"call-{day}"), NOW + timedelta(days=day))
        for day in range(3)
    ]
    await desk.file_report(replace(REPORT, conversation_id="other", caller_phone="0639980002"), NOW)
    backend.filed.append(as_filed(references[2]))

    def told(statuses: Sequence[ReportStatus]) -> list[str]:
        return [status.reference for status in statuses]

    found = await desk.reports_of_phone("0639980001", SINCE)
    assert told(found) == references[::-1]
    assert [status.is_current for status in found] == [True, False, False]
    assert told(await desk.reports_of_phone("0639980001", SINCE, limit=1)) == references[2:]
    assert told(await desk.reports_of_phone("0639980001", NOW + timedelta(hours=1))) == references[:0:-1]
    assert told(await desk.reports_of_phone("0639980003", SINCE)) == []


async def test_a_withheld_number_has_no_reports(desk: Desk) -> None:
    await desk.file_report(replace(REPORT, caller_phone=""), NOW)

    assert list(await desk.reports_of_phone("", SINCE)) == []


async def test_a_dead_letter_waits_until_a_person_sends_it_again(desk: Desk, engine: Engine) -> None:
    reference = await desk.file_report(REPORT, NOW)
    store = OutboxStore(engine, "worker", timedelta(minutes=1))
    parcel = store.claim(NOW)
    assert parcel is not None
    store.begin_sending(parcel, NOW)
    store.dead(parcel, "cannot tell", NOW)

    (letter,) = await desk.dead_letters()
    assert (letter.reference, letter.kind, letter.error) == (reference, "report", "cannot tell")
    assert (letter.attempts, letter.died_at) == (1, NOW)
    assert store.claim(NOW + timedelta(days=1)) is None

    assert await desk.send_again(letter.id, NOW)
    assert not await desk.send_again(letter.id, NOW)
    assert await desk.dead_letters() == []
    again = store.claim(NOW)
    assert again is not None
    assert not again.in_doubt


async def test_closing_the_desk_closes_the_citys_system(desk: Desk, backend: MemoryBackend) -> None:
    await desk.aclose()

    assert backend.calls == ["aclose"]
