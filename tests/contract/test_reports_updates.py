"""Updates from the client to servers that really listen, well and badly."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.backend.life import State
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.protocols import BackendError, ReportState
from tests.fakes.reports_client import REPORT, UPDATE, Setup
from tests.fakes.reports_faults import Fault


async def test_one_more_person_is_counted_once(setup: Setup) -> None:
    backend_id = await setup.client.submit(REPORT)
    began = datetime.now(UTC) - timedelta(minutes=1)

    first = await setup.client.add_update(UPDATE, backend_id)
    again = await setup.client.add_update(UPDATE, backend_id)

    assert first == again
    assert setup.rows()[0].n_people == 2
    assert await setup.client.can_repeat_updates()
    (row,) = await setup.client.updates(began, datetime.now(UTC))
    assert (row.update_id, row.service_request_id) == (first, backend_id)
    assert (row.description, row.status) == (UPDATE.description, "OPEN")
    with Session(setup.database) as session:
        event = session.scalars(select(RequestEvent).where(RequestEvent.update_id.is_not(None))).one()
        assert (event.phone, event.update_id) == (UPDATE.phone, UPDATE.update_id)


async def test_an_update_of_a_report_that_was_given_a_token(setup: Setup) -> None:
    await setup.client.submit(REPORT)
    await setup.client.add_update(UPDATE, f"token:{REPORT.reference}")
    assert setup.rows()[0].n_people == 2


async def test_an_update_of_nothing_is_refused_for_good(setup: Setup) -> None:
    with pytest.raises(BackendError) as raised:
        await setup.client.add_update(UPDATE, "999")
    assert (raised.value.retryable, raised.value.unclear) == (False, False)


@pytest.mark.parametrize(
    ("fault", "retryable", "unclear"),
    [
        (Fault.LOST_AFTER, True, True),
        (Fault.HALF, True, True),
        (Fault.HTML, True, True),
        (Fault.ERROR, True, True),
        (Fault.RATE_LIMIT, True, False),
        (Fault.REFUSED, False, False),
    ],
)
async def test_a_spoiled_update(setup: Setup, fault: Fault, retryable: bool, unclear: bool) -> None:
    backend_id = await setup.client.submit(REPORT)
    setup.proxy.faults["POST"] = [fault]

    with pytest.raises(BackendError) as raised:
        await setup.client.add_update(UPDATE, backend_id)

    assert (raised.value.retryable, raised.value.unclear) == (retryable, unclear)
    await setup.client.add_update(UPDATE, backend_id)
    assert setup.rows()[0].n_people == 2


async def test_a_duplicate_is_as_far_as_what_it_repeats(setup: Setup) -> None:
    first = await setup.client.submit(dataclasses.replace(REPORT, reference="NIM 26 0413 5"))
    backend_id = await setup.client.submit(REPORT)
    with Session(setup.database) as session, session.begin():
        row = session.get_one(ServiceRequest, int(backend_id))
        row.state, row.duplicate_of = State.DUPLICATE, int(first)

    for known in ("", backend_id):
        found = await setup.client.find(REPORT.reference, known)
        assert found is not None
        assert (found.backend_id, found.state) == (backend_id, ReportState.OPEN)
    with Session(setup.database) as session, session.begin():
        session.get_one(ServiceRequest, int(first)).state = State.DONE
    found = await setup.client.find(REPORT.reference)
    assert found is not None
    assert found.state is ReportState.CLOSED
