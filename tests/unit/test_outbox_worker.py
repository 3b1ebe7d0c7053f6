"""What the worker does with each answer of the city's system; time is set by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session

from integrations import desk_duplicates
from integrations.database import migrate, open_database, writing
from integrations.desk_models import Delivery, OutboxRow, ReportRow
from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore
from integrations.outbox.worker import Worker
from integrations.protocols import BackendError
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.outbox_backend import CANNOT_TELL, DOWN, LOST, REFUSED, MemoryBackend
from tests.unit.test_desk_filing import NOW
from tests.unit.test_outbox_store import promise

PACE = Pace(poll_s=0.01, first_s=2, longest_s=300, settle_s=5)


class Bench:
    """One worker, its backend, and a clock that moves only when told."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.backend = MemoryBackend()
        self.now = NOW
        self.n_looks = 0
        self.looked_twice = asyncio.Event()
        self.worker = Worker(
            OutboxStore(engine, "worker", timedelta(seconds=30)), self.backend, PACE, self.clock, Random(1)
        )

    def clock(self) -> datetime:
        self.n_looks += 1
        if self.n_looks == 2:
            self.looked_twice.set()
        return self.now

    def row(self) -> OutboxRow:
        with Session(self.engine) as session:
            return session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first() or OutboxRow()

    def report(self) -> ReportRow:
        with Session(self.engine) as session:
            return session.scalars(select(ReportRow)).one()

    async def attempt(self) -> None:
        """Let the next attempt fall due and make it."""
        self.now = max(self.now, self.row().next_attempt_at)
        assert await self.worker.deliver_next()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    yield Bench(engine)
    engine.dispose()


async def test_nothing_to_do(bench: Bench) -> None:
    assert not await bench.worker.deliver_next()
    assert bench.backend.calls == []


async def test_delivered_at_once(bench: Bench) -> None:
    reference = promise(bench.engine)

    await bench.attempt()

    assert bench.backend.calls == ["submit"]
    assert [report.reference for report in bench.backend.filed] == [reference]
    assert (bench.row().state, bench.report().backend_id) == (Delivery.DELIVERED, "1")
    assert not await bench.worker.deliver_next()


async def test_a_system_that_is_down_is_asked_again_ever_more_rarely(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [DOWN] * 12
    waits_s = []
    for _ in range(12):
        await bench.attempt()
        waits_s.append((bench.row().next_attempt_at - bench.now).total_seconds())
        assert (bench.row().state, bench.row().in_doubt) == (Delivery.PENDING, False)
    await bench.attempt()

    expected = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert all(0.75 * e <= wait <= 1.25 * e for e, wait in zip(expected, waits_s, strict=True))
    assert bench.backend.calls == ["submit"] * 13
    assert bench.row().state == Delivery.DELIVERED


async def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [LOST]

    await bench.attempt()
    assert bench.row().in_doubt
    assert bench.row().next_attempt_at - bench.now >= timedelta(seconds=PACE.settle_s)
    await bench.attempt()

    assert bench.backend.calls == ["submit", "find"]
    assert len(bench.backend.filed) == 1
    assert (bench.row().state, bench.report().backend_id) == (Delivery.DELIVERED, "1")


async def test_a_lost_request_is_sent_again_once_it_is_surely_not_there(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [LOST]
    bench.backend.keeps_lost = False

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["submit", "find", "submit"]
    assert len(bench.backend.filed) == 1
    assert bench.row().state == Delivery.DELIVERED


async def test_it_stays_in_doubt_until_somebody_could_look(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [LOST, DOWN, DOWN]

    for _ in range(3):
        await bench.attempt()
        assert bench.row().in_doubt
    await bench.attempt()

    assert bench.backend.calls == ["submit", "find", "find", "find"]
    assert len(bench.backend.filed) == 1


async def test_what_nobody_can_tell_is_for_a_person(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [LOST, CANNOT_TELL]

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["submit", "find"]
    assert (bench.row().state, bench.row().last_error) == (Delivery.DEAD, "cannot tell")
    assert bench.report().delivery == Delivery.DEAD


async def test_an_unclear_answer_is_looked_into_even_if_repeating_makes_no_sense(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [BackendError("odd", retryable=False, unclear=True)]

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["submit", "find"]
    assert bench.row().state == Delivery.DELIVERED


async def test_a_refusal_is_for_a_person(bench: Bench) -> None:
    promise(bench.engine)
    bench.backend.troubles = [REFUSED]

    await bench.attempt()

    assert (bench.row().state, bench.row().last_error) == (Delivery.DEAD, "refused")
    assert not await bench.worker.deliver_next()


async def test_a_payload_that_is_no_report_is_for_a_person_and_says_nothing_of_it(bench: Bench) -> None:
    promise(bench.engine)
    with bench.engine.begin() as connection:
        connection.execute(update(OutboxRow).values(payload={"caller_phone": "0639980001"}))

    await bench.attempt()

    assert bench.row().state == Delivery.DEAD
    assert "0639980001" not in bench.row().last_error
    assert bench.backend.calls == []


async def test_a_completion_follows_and_may_be_repeated_without_looking(bench: Bench) -> None:
    promise(bench.engine, complete=False)
    await bench.attempt()
    promise(bench.engine)
    bench.backend.troubles = [LOST]

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["submit", "complete", "complete"]
    assert bench.backend.filed[-1].complete
    assert bench.row().state == Delivery.DELIVERED


async def join(bench: Bench) -> None:
    """Deliver a report, then let somebody join it."""
    reference = promise(bench.engine)
    await bench.attempt()
    with writing(bench.engine) as session:
        desk_duplicates.join(session, reference, "call-2", "0639980002", bench.now)
    bench.backend.calls.clear()


async def test_a_word_about_a_report_follows_it(bench: Bench) -> None:
    await join(bench)

    await bench.attempt()

    ((backend_id, update),) = bench.backend.updates.values()
    assert (backend_id, update.adds_person) == ("1", True)
    assert (bench.row().state, bench.report().backend_id) == (Delivery.DELIVERED, "1")


async def test_a_lost_update_is_repeated_where_that_adds_nothing(bench: Bench) -> None:
    await join(bench)
    bench.backend.troubles = [LOST]

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["add_update", "can_repeat_updates", "add_update"]
    assert len(bench.backend.updates) == 1
    assert bench.row().state == Delivery.DELIVERED


async def test_a_lost_update_is_for_a_person_where_repeating_might_count_twice(bench: Bench) -> None:
    await join(bench)
    bench.backend.troubles = [LOST]
    bench.backend.keeps_one_update = False

    await bench.attempt()
    await bench.attempt()

    assert bench.backend.calls == ["add_update", "can_repeat_updates"]
    assert bench.row().state == Delivery.DEAD
    assert bench.report().delivery == Delivery.DELIVERED


async def test_a_report_in_trouble_holds_up_no_other(bench: Bench) -> None:
    promise(bench.engine, "call-1")
    other = promise(bench.engine, "call-2")
    bench.backend.troubles = [DOWN]

    assert await bench.worker.deliver_next()
    assert await bench.worker.deliver_next()

    assert [report.reference for report in bench.backend.filed] == [other]


async def test_it_works_until_it_is_told_to_stop_even_while_the_database_is_away(bench: Bench) -> None:
    stop = asyncio.Event()
    with bench.engine.begin() as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO away"))
    running = asyncio.create_task(bench.worker.run(stop))
    await bench.looked_twice.wait()
    with bench.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO outbox"))
    reference = promise(bench.engine)
    await bench.backend.arrived.wait()
    stop.set()
    await running

    assert [report.reference for report in bench.backend.filed] == [reference]
    assert bench.row().state == Delivery.DELIVERED


@pytest.mark.parametrize(
    ("attempts", "chance", "unclear", "wait_s"),
    [
        (1, 0.5, False, 2),
        (1, 0.0, False, 1.5),
        (1, 1.0, False, 2.5),
        (3, 0.5, False, 8),
        (9, 0.5, False, 300),
        (100_000, 0.5, False, 300),
        (1, 0.5, True, 5),
        (4, 0.5, True, 16),
    ],
)
def test_pace(attempts: int, chance: float, unclear: bool, wait_s: float) -> None:
    assert PACE.wait(attempts, chance, unclear=unclear) == timedelta(seconds=wait_s)
