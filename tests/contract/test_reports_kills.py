"""Workers killed with SIGKILL at every step of a delivery: nothing is lost, nothing is filed twice."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import Delivery, OutboxRow, ReportPersonRow, ReportRow
from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore
from integrations.outbox.worker import Worker
from integrations.reports_open311 import Open311Reports
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes import outbox_victim
from tests.fakes.databases import KINDS, fresh_database
from tests.fakes.outbox_backend import MemoryBackend
from tests.fakes.reports_faults import Fault, FaultyProxy, faulty_proxy
from tests.fakes.reports_servers import KEY, embedded_server, foreign_app, serving
from tests.unit.test_desk_filing import INCOMPLETE, REPORT


def steps(*methods: str) -> list[str]:
    return [f"{moment}:{method}" for method in methods for moment in ("before", "after")]


PACE = Pace(poll_s=0.1, first_s=1, longest_s=2, settle_s=0)
# Steps of an attempt that goes well, of one whose answer is lost, and of the look that follows such a one.
SENDING = steps("claim", "begin_sending", "submit", "delivered")
LOSING = ["after:submit", *steps("postpone")]
LOOKING = steps("claim", "find", "delivered")
COMPLETING = steps("complete", "delivered")
JOINING = steps("claim", "begin_sending", "add_update", "delivered")


# Processes are forked from one that has no threads and has imported all that they need.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([outbox_victim.__name__])


def run_until_killed(target: Callable[..., None], *args: str) -> None:
    victim = PROCESSES.Process(target=target, args=args)
    victim.start()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL


@dataclass
class Lab:
    """A desk, a report system behind a proxy, and workers at a time of the test's choice."""

    desk: Desk
    database: Engine
    database_url: str
    base_url: str
    proxy: FaultyProxy
    reports: Open311Reports

    def kill_at(self, step: str) -> None:
        """Let a worker process make one attempt and die at a step of it."""
        run_until_killed(outbox_victim.make_attempt, self.database_url, self.base_url, KEY, step)

    async def deliver(self, *, hours_later: int) -> None:
        """Let a worker do all that is due by then."""

        def clock() -> datetime:
            return datetime.now(UTC) + timedelta(hours=hours_later)

        store = OutboxStore(self.database, f"worker-{hours_later}", timedelta(minutes=1))
        worker = Worker(store, self.reports, PACE, clock, Random(1))
        while await worker.deliver_next():
            continue

    def parcels(self) -> list[OutboxRow]:
        with Session(self.database) as session:
            return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    def report(self) -> ReportRow:
        with Session(self.database) as session:
            return session.scalars(select(ReportRow)).one()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_database(getattr(request, "param", "sqlite"), tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    migrate(engine, DESK_MIGRATIONS)
    yield engine
    engine.dispose()


async def lab_at(database: Engine, database_url: str, base_url: str, proxy: FaultyProxy) -> Lab:
    reports = Open311Reports(base_url, KEY, connect_s=2, answer_s=2)
    return Lab(Desk(database, reports, "NIM"), database, database_url, base_url, proxy, reports)


class TestEmbeddedServer:
    @pytest.fixture
    def backend(self, tmp_path: Path) -> Iterator[tuple[str, Engine]]:
        with embedded_server(tmp_path) as served:
            yield served

    @pytest.fixture
    async def lab(self, backend: tuple[str, Engine], database: Engine, database_url: str) -> Any:
        with faulty_proxy(backend[0]) as (url, proxy):
            lab = await lab_at(database, database_url, url, proxy)
            yield lab
            await lab.reports.aclose()

    def check_filed_once(self, lab: Lab, backend: tuple[str, Engine], reference: str) -> ServiceRequest:
        with Session(backend[1]) as session:
            filed = session.scalars(select(ServiceRequest)).one()
        assert filed.reference == reference
        assert lab.report().backend_id == str(filed.id)
        assert lab.report().delivery == Delivery.DELIVERED
        assert {parcel.state for parcel in lab.parcels()} == {Delivery.DELIVERED}
        return filed

    @pytest.mark.parametrize("database_url", KINDS, indirect=True)
    @pytest.mark.parametrize("step", SENDING)
    async def test_while_sending(self, lab: Lab, backend: tuple[str, Engine], step: str) -> None:
        reference = await lab.desk.file_report(REPORT, datetime.now(UTC))
        lab.kill_at(step)
        await lab.deliver(hours_later=1)

        self.check_filed_once(lab, backend, reference)

    @pytest.mark.parametrize("step", LOSING)
    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
    async def test_while_the_answer_is_lost(
        self, lab: Lab, backend: tuple[str, Engine], step: str, fault: Fault
    ) -> None:
        reference = await lab.desk.file_report(REPORT, datetime.now(UTC))
        lab.proxy.faults["POST"] = [fault]
        lab.kill_at(step)
        await lab.deliver(hours_later=1)

        self.check_filed_once(lab, backend, reference)

    @pytest.mark.parametrize("step", LOOKING)
    async def test_while_looking_after_a_lost_answer(
        self, lab: Lab, backend: tuple[str, Engine], step: str
    ) -> None:
        reference = await lab.desk.file_report(REPORT, datetime.now(UTC) - timedelta(hours=1))
        lab.proxy.faults["POST"] = [Fault.LOST_AFTER]
        await lab.deliver(hours_later=-1)
        lab.kill_at(step)
        await lab.deliver(hours_later=1)

        self.check_filed_once(lab, backend, reference)
        assert lab.proxy.seen.count("POST /open311/v2/requests.json") == 1

    @pytest.mark.parametrize("step", COMPLETING)
    async def test_while_completing(self, lab: Lab, backend: tuple[str, Engine], step: str) -> None:
        reference = await lab.desk.file_report(INCOMPLETE, datetime.now(UTC) - timedelta(hours=1))
        await lab.deliver(hours_later=-1)
        await lab.desk.file_report(REPORT, datetime.now(UTC))
        lab.kill_at(step)
        await lab.deliver(hours_later=1)

        assert self.check_filed_once(lab, backend, reference).complete

    @pytest.mark.parametrize("step", JOINING)
    async def test_while_telling_of_one_more_person(
        self, lab: Lab, backend: tuple[str, Engine], step: str
    ) -> None:
        reference = await lab.desk.file_report(REPORT, datetime.now(UTC) - timedelta(hours=1))
        await lab.deliver(hours_later=-1)
        await lab.desk.join_report(reference, "call-2", "0639980002", datetime.now(UTC))
        lab.kill_at(step)
        await lab.deliver(hours_later=1)

        assert self.check_filed_once(lab, backend, reference).n_people == 2

    async def test_again_and_again(self, lab: Lab, backend: tuple[str, Engine]) -> None:
        reference = await lab.desk.file_report(REPORT, datetime.now(UTC) - timedelta(hours=1))
        lab.proxy.faults["POST"] = [Fault.LOST_AFTER, Fault.CUT, Fault.BAD_GATEWAY]
        lab.proxy.faults["GET"] = [Fault.HTML, Fault.HALF, Fault.UNAVAILABLE, Fault.CUT]
        for hour in range(9):
            await lab.deliver(hours_later=hour)

        self.check_filed_once(lab, backend, reference)


class TestForeignServer:
    """Without a way to be sure, a report is delivered once or left to a person; never twice."""

    @pytest.mark.parametrize("step", SENDING)
    async def test_while_sending(self, database: Engine, database_url: str, step: str) -> None:
        filed: list[dict[str, Any]] = []
        with serving(foreign_app(filed)) as url, faulty_proxy(f"{url}/") as (proxy_url, proxy):
            lab = await lab_at(database, database_url, proxy_url, proxy)
            reference = await lab.desk.file_report(REPORT, datetime.now(UTC))
            lab.kill_at(step)
            await lab.deliver(hours_later=1)
            letters = await lab.desk.dead_letters()
            await lab.reports.aclose()

        if step in ("after:begin_sending", "before:submit"):
            # It was about to be sent, and nobody can tell whether it was.
            assert [letter.reference for letter in letters] == [reference]
            assert filed == []
        else:
            assert letters == []
            assert len(filed) == 1
            assert lab.report().backend_id == "100"


async def test_nothing_is_promised_by_a_desk_that_dies(database: Engine, database_url: str) -> None:
    run_until_killed(outbox_victim.file_a_report, database_url)

    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(ReportRow)) == 0
    desk = Desk(database, Open311Reports("http://127.0.0.1:9/", KEY), "NIM")
    assert await desk.file_report(REPORT, datetime.now(UTC)) == "NIM 26 0001 7"
    await desk.aclose()


async def test_nobody_is_counted_by_a_desk_that_dies(database: Engine, database_url: str) -> None:
    desk = Desk(database, MemoryBackend(), "NIM")
    reference = await desk.file_report(REPORT, datetime.now(UTC))
    run_until_killed(outbox_victim.join_a_report, database_url, reference)

    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(ReportPersonRow)) == 0
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1
