"""Incomplete reports and dead letters: one agent at a time, settled with a note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from integrations.database import migrate, open_database, writing
from integrations.desk import Desk
from integrations.desk_erasure import erase_people
from integrations.desk_models import Delivery, OutboxRow
from integrations.desk_types import NewReport
from integrations.desk_work import WorkDesk, WorkItem, WorkKind
from integrations.protocols import Place
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


async def filed(engine: Engine, *, complete: bool = True) -> str:
    place = Place(spoken="devant la poste")
    report = NewReport("c1", "trou", "Un trou", place, "phone", complete=complete, caller_phone="0612345678")
    return await Desk(engine, MemoryBackend(), "NIM").file_report(report, NOW)


def die(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(OutboxRow).values(state=Delivery.DEAD, last_error="refused"))


async def test_an_incomplete_report_is_settled_by_who_took_it(engine: Engine) -> None:
    reference, work = await filed(engine, complete=False), WorkDesk(engine)
    assert await work.claim(WorkKind.REPORT, reference, "amina", NOW)
    assert await work.claim(WorkKind.REPORT, reference, "amina", NOW)
    assert not await work.claim(WorkKind.REPORT, reference, "bruno", NOW + timedelta(hours=3))
    assert not await work.finish_report(reference, "bruno", "vu")
    ((report, item),) = await work.reports()
    assert (report.place, report.phone, item.claimed_by) == ("devant la poste", "0612345678", "amina")
    assert await work.release(WorkKind.REPORT, reference, "amina", "pas joint")
    assert await work.item(WorkKind.REPORT, reference) == WorkItem(note="pas joint")

    assert await work.claim(WorkKind.REPORT, reference, "bruno", NOW)
    assert await work.claim(WorkKind.REPORT, reference, "amina", NOW + timedelta(hours=4))
    with pytest.raises(ValueError, match="note"):
        await work.finish_report(reference, "amina", " ")
    assert await work.finish_report(reference, "amina", "complété")
    assert await work.reports() == []
    assert not await work.claim(WorkKind.REPORT, reference, "bruno", NOW + timedelta(days=1))


async def test_what_is_complete_or_unknown_is_nobodys_work(engine: Engine) -> None:
    reference, work = await filed(engine), WorkDesk(engine)
    assert not await work.claim(WorkKind.REPORT, reference, "amina", NOW)
    assert not await work.claim(WorkKind.REPORT, "NIM 26 9999 9", "amina", NOW)
    assert not await work.claim(WorkKind.LETTER, "1", "amina", NOW)
    assert not await work.claim(WorkKind.LETTER, "99", "amina", NOW)
    assert await work.counts() == {WorkKind.LETTER: 0, WorkKind.REPORT: 0}


async def test_a_dead_letter_is_sent_again_and_may_die_again(engine: Engine) -> None:
    await filed(engine)
    die(engine)
    work = WorkDesk(engine)
    ((letter, item),) = await work.letters()
    assert item == WorkItem()
    assert not await work.send_again(letter.id, "amina", "", NOW)
    assert await work.claim(WorkKind.LETTER, str(letter.id), "amina", NOW)
    assert not await work.settle(letter.id, "bruno", "vu", "", NOW)
    assert await work.send_again(letter.id, "amina", "réseau rétabli", NOW)
    assert await work.letters() == []

    die(engine)
    ((_, item),) = await work.letters()
    assert item == WorkItem(note="réseau rétabli")
    assert await work.claim(WorkKind.LETTER, str(letter.id), "bruno", NOW)
    assert await work.settle(letter.id, "bruno", "saisi à la main", "4711", NOW)
    assert await work.counts() == {WorkKind.LETTER: 0, WorkKind.REPORT: 0}
    die(engine)
    assert await work.claim(WorkKind.LETTER, str(letter.id), "amina", NOW)


async def test_notes_about_a_person_go_with_the_person(engine: Engine) -> None:
    reference, work = await filed(engine, complete=False), WorkDesk(engine)
    die(engine)
    ((letter, _),) = await work.letters()
    for kind, key in ((WorkKind.REPORT, reference), (WorkKind.LETTER, str(letter.id))):
        assert await work.claim(kind, key, "amina", NOW)
        assert await work.release(kind, key, "amina", "Mme Martin, 0612345678")
    erase_people(engine, ["c1"], "", str)
    assert await work.item(WorkKind.REPORT, reference) == WorkItem()
    assert await work.item(WorkKind.LETTER, str(letter.id)) == WorkItem()
