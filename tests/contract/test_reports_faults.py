"""A report system that misbehaves: what the outbox makes of it, and that the report arrives once."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.backend.models import ServiceRequest
from integrations.database import migrate, open_database
from integrations.desk import Desk
from integrations.desk_models import Delivery, OutboxRow, ReportRow
from integrations.outbox.pace import Pace
from integrations.outbox.store import OutboxStore
from integrations.outbox.worker import Worker
from integrations.protocols import BackendError
from integrations.reports_open311 import Open311Reports
from integrations.wiring import DESK_MIGRATIONS
from tests.fakes.reports_client import patience_s
from tests.fakes.reports_faults import Fault, FaultyProxy, faulty_proxy
from tests.fakes.reports_servers import KEY, embedded_server
from tests.unit.test_desk_filing import NOW, REPORT

PACE = Pace(poll_s=0.01, first_s=2, longest_s=300, settle_s=5)
WAITS, DIED = Delivery.PENDING, Delivery.DEAD


@dataclass
class Line:
    """A desk whose outbox delivers to the embedded server through a proxy that spoils exchanges."""

    desk: Desk
    database: Engine
    backend: Engine
    proxy: FaultyProxy
    reports: Open311Reports
    now: datetime = NOW

    async def attempt(self) -> OutboxRow:
        """Let what is due be tried once; return the newest parcel."""
        worker = Worker(
            OutboxStore(self.database, "worker", timedelta(minutes=1)),
            self.reports,
            PACE,
            lambda: self.now,
            Random(1),
        )
        assert await worker.deliver_next()
        return self.parcel()

    def parcel(self) -> OutboxRow:
        with Session(self.database) as session:
            return session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first() or OutboxRow()

    def filed(self) -> list[str | None]:
        with Session(self.backend) as session:
            return list(session.scalars(select(ServiceRequest.reference).order_by(ServiceRequest.id)))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(engine, DESK_MIGRATIONS)
    yield engine
    engine.dispose()


@pytest.fixture
async def line(request: pytest.FixtureRequest, tmp_path: Path, database: Engine) -> AsyncIterator[Line]:
    with embedded_server(tmp_path) as (url, backend), faulty_proxy(url) as (proxy_url, proxy):
        wait_s = patience_s(request)
        reports = Open311Reports(proxy_url, KEY, connect_s=wait_s, answer_s=wait_s)
        yield Line(Desk(database, reports, "NIM"), database, backend, proxy, reports)
        await reports.aclose()


@pytest.mark.parametrize(
    ("fault", "state", "in_doubt", "error"),
    [
        (Fault.MUTE, WAITS, True, "no whole answer"),
        (Fault.DRIP, WAITS, True, "no whole answer"),
        (Fault.ERROR, WAITS, True, "status 500"),
        (Fault.BAD_GATEWAY, WAITS, True, "status 502"),
        (Fault.HTML, WAITS, True, "unreadable answer"),
        (Fault.HALF, WAITS, True, "unreadable answer"),
        (Fault.REDIRECT, WAITS, False, "redirected"),
        (Fault.RATE_LIMIT, WAITS, False, "status 429"),
        (Fault.UNAVAILABLE, WAITS, False, "status 503"),
        (Fault.FORBIDDEN, WAITS, False, "status 403"),
        (Fault.CLOSED_SERVICE, DIED, False, "status 404"),
        (Fault.REFUSED, DIED, False, "status 400"),
    ],
)
async def test_one_spoiled_exchange_costs_nothing_but_time(
    line: Line, fault: Fault, state: Delivery, in_doubt: bool, error: str
) -> None:
    reference = await line.desk.file_report(REPORT, line.now)
    line.proxy.faults["POST"] = [fault]

    parcel = await line.attempt()

    assert parcel.state == state
    assert error in parcel.last_error
    if state is WAITS:
        assert parcel.in_doubt == in_doubt
    else:
        # A person mends what is wrong in the city's system and lets it go once more.
        assert await line.desk.send_again(parcel.id, line.now)
    line.now = max(line.now, line.parcel().next_attempt_at)
    delivered = await line.attempt()
    assert delivered.state == Delivery.DELIVERED
    assert line.filed() == [reference]


async def test_a_rate_limit_is_kept(line: Line) -> None:
    await line.desk.file_report(REPORT, line.now)
    line.proxy.faults["POST"] = [Fault.RATE_LIMIT]

    parcel = await line.attempt()

    assert parcel.next_attempt_at == line.now + timedelta(seconds=120)


async def test_an_identifier_given_twice_is_for_a_person(line: Line) -> None:
    await line.desk.file_report(REPORT, line.now)
    await line.attempt()
    other = await line.desk.file_report(replace(REPORT, conversation_id="call-2"), line.now)
    line.proxy.faults["POST"] = [Fault.SAME_ID]

    parcel = await line.attempt()

    assert (parcel.reference, parcel.state) == (other, DIED)
    assert "another report" in parcel.last_error
    with Session(line.database) as session:
        assert session.get_one(ReportRow, other).backend_id == ""


def self_signed(folder: Path) -> Path:
    """Make a file with a certificate of this machine, signed by itself, and its key."""
    options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    extension = "subjectAltName=IP:127.0.0.1"
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", *options.split(), "-addext", extension, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    certificate.write_text(key.read_text() + certificate.read_text())
    return certificate


async def test_a_certificate_that_nobody_signed_is_not_trusted(tmp_path: Path, database: Engine) -> None:
    with (
        embedded_server(tmp_path) as (url, backend),
        faulty_proxy(url, certificate=self_signed(tmp_path)) as (proxy_url, proxy),
    ):
        reports = Open311Reports(proxy_url, KEY, connect_s=2, answer_s=2)
        line = Line(Desk(database, reports, "NIM"), database, backend, proxy, reports)
        await line.desk.file_report(REPORT, line.now)

        parcel = await line.attempt()

        assert (parcel.state, parcel.in_doubt) == (WAITS, False)
        assert "no connection" in parcel.last_error
        assert (proxy.seen, line.filed()) == ([], [])
        # A caller who asks meanwhile hears what the desk knows.
        status = await line.desk.status(parcel.reference)
        assert status is not None
        assert not status.is_current
        with pytest.raises(BackendError):
            await line.desk.status("NIM 26 0002 5")
        await reports.aclose()
