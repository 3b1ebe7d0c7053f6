"""Which worker has what: claims, leases, and what a worker that was too slow may still write."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.database import migrate, open_database, writing
from integrations.desk_models import Delivery, OutboxKind, OutboxRow, ReportRow
from integrations.desk_reports import file_report
from integrations.outbox.store import OutboxStore, Parcel
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.databases import KINDS, fresh_database
from tests.unit.test_desk_filing import INCOMPLETE, NOW, REPORT

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(request.param, tmp_path) as url:
        engine = open_database(url)
        migrate(engine, DESK_MIGRATIONS)
        yield engine
        engine.dispose()


@pytest.fixture
def alice(engine: Engine) -> OutboxStore:
    return OutboxStore(engine, "alice", LEASE)


@pytest.fixture
def bob(engine: Engine) -> OutboxStore:
    return OutboxStore(engine, "bob", LEASE)


def promise(engine: Engine, conversation: str = "call-1", *, complete: bool = True) -> str:
    report = replace(REPORT if complete else INCOMPLETE, conversation_id=conversation)
    with writing(engine) as session:
        return file_report(session, report, "NIM", NOW)


def row_of(engine: Engine, parcel: Parcel) -> OutboxRow:
    with Session(engine) as session:
        return session.get_one(OutboxRow, parcel.id)


def report_of(engine: Engine, reference: str) -> ReportRow:
    with Session(engine) as session:
        return session.get_one(ReportRow, reference)


def claimed(store: OutboxStore, at: datetime = NOW) -> Parcel:
    parcel = store.claim(at)
    assert parcel is not None
    return parcel


def test_what_is_due_is_given_in_order_and_once(engine: Engine, alice: OutboxStore, bob: OutboxStore) -> None:
    references = [promise(engine, f"call-{number}") for number in range(3)]

    assert [claimed(alice).reference, claimed(bob).reference, claimed(alice).reference] == references
    assert alice.claim(NOW) is None
    assert bob.claim(NOW) is None


def test_nothing_is_due_before_its_time(engine: Engine, alice: OutboxStore) -> None:
    promise(engine)

    assert alice.claim(NOW - SECOND) is None
    assert claimed(alice).attempts == 1


def test_a_dead_workers_parcel_is_free_when_its_lease_ends(
    engine: Engine, alice: OutboxStore, bob: OutboxStore
) -> None:
    promise(engine)
    claimed(alice)

    assert bob.claim(NOW + LEASE) is None
    taken = claimed(bob, NOW + LEASE + SECOND)
    assert (taken.attempts, taken.in_doubt) == (2, False)


def test_what_was_being_sent_is_in_doubt(engine: Engine, alice: OutboxStore, bob: OutboxStore) -> None:
    promise(engine)
    assert alice.begin_sending(claimed(alice), NOW + 10 * SECOND)

    assert bob.claim(NOW + LEASE + SECOND) is None
    assert claimed(bob, NOW + LEASE + 11 * SECOND).in_doubt


def test_a_worker_that_was_held_up_changes_nothing_any_more(
    engine: Engine, alice: OutboxStore, bob: OutboxStore
) -> None:
    reference = promise(engine)
    late = claimed(alice)
    later = NOW + LEASE + SECOND
    taken = claimed(bob, later)

    assert not alice.begin_sending(late, later)
    assert not alice.delivered(late, "1", later)
    assert not alice.dead(late, "no", later)
    assert not alice.postpone(late, "no", in_doubt=True, until=later, now=later)
    assert row_of(engine, taken).claimed_by == "bob"
    assert bob.delivered(taken, "2", later)
    assert not bob.dead(taken, "no", later)
    assert report_of(engine, reference).backend_id == "2"


def test_the_same_worker_after_its_own_lease_is_another_attempt(engine: Engine, alice: OutboxStore) -> None:
    promise(engine)
    late = claimed(alice)
    taken = claimed(alice, NOW + LEASE + SECOND)

    assert not alice.begin_sending(late, NOW)
    assert alice.begin_sending(taken, NOW)


def test_delivered(engine: Engine, alice: OutboxStore) -> None:
    reference = promise(engine)
    parcel = claimed(alice)
    alice.begin_sending(parcel, NOW)

    assert alice.delivered(parcel, "77", NOW)

    row, report = row_of(engine, parcel), report_of(engine, reference)
    assert (row.state, row.in_doubt, row.claimed_by, row.claimed_until) == (
        Delivery.DELIVERED,
        False,
        "",
        None,
    )
    assert (report.delivery, report.backend_id) == (Delivery.DELIVERED, "77")
    assert alice.claim(NOW + timedelta(days=365)) is None


def test_postponed(engine: Engine, alice: OutboxStore, bob: OutboxStore) -> None:
    promise(engine)
    parcel = claimed(alice)

    assert alice.postpone(parcel, "x" * 1000, in_doubt=True, until=NOW + 5 * SECOND, now=NOW)

    assert row_of(engine, parcel).last_error == "x" * 300
    assert bob.claim(NOW + 4 * SECOND) is None
    again = claimed(bob, NOW + 5 * SECOND)
    assert (again.attempts, again.in_doubt) == (2, True)


def test_given_up(engine: Engine, alice: OutboxStore) -> None:
    reference = promise(engine)
    parcel = claimed(alice)

    assert alice.dead(parcel, "status 400", NOW)

    assert (row_of(engine, parcel).state, row_of(engine, parcel).last_error) == (Delivery.DEAD, "status 400")
    assert report_of(engine, reference).delivery == Delivery.DEAD
    assert alice.claim(NOW + timedelta(days=365)) is None


def test_a_completion_never_overtakes_its_report(
    engine: Engine, alice: OutboxStore, bob: OutboxStore
) -> None:
    reference = promise(engine, complete=False)
    report = claimed(alice)
    promise(engine)

    assert bob.claim(NOW) is None
    alice.postpone(report, "down", in_doubt=False, until=NOW + 60 * SECOND, now=NOW)
    assert bob.claim(NOW + SECOND) is None

    report = claimed(alice, NOW + 60 * SECOND)
    alice.delivered(report, "77", NOW + 60 * SECOND)
    assert report_of(engine, reference).delivery == Delivery.PENDING
    completion = claimed(bob, NOW + 60 * SECOND)
    assert (completion.kind, completion.reference) == (OutboxKind.COMPLETION, reference)
    bob.delivered(completion, "77", NOW)
    assert report_of(engine, reference).delivery == Delivery.DELIVERED


def test_many_workers_at_once_never_take_the_same(engine: Engine) -> None:
    n_reports, n_workers = 40, 4
    for number in range(n_reports):
        promise(engine, f"call-{number}")
    taken: list[str] = []
    start = threading.Barrier(n_workers)

    def work(name: str) -> None:
        store = OutboxStore(engine, name, LEASE)
        start.wait()
        # None may also mean that another worker was faster, so each worker looks often enough.
        for _ in range(n_reports * n_workers):
            parcel = store.claim(NOW)
            if parcel is not None:
                taken.append(parcel.reference)

    threads = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(n_workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == len(set(taken)) == n_reports
    with Session(engine) as session:
        assert set(session.scalars(select(OutboxRow.attempts))) == {1}
