"""The client of report systems against servers that really listen, well and badly."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from integrations.backend.life import State
from integrations.backend.models import ServiceRequest
from integrations.protocols import BackendError, Place, ReportState
from tests.fakes.ports import free_port
from tests.fakes.reports_client import REPORT, Setup, client_of
from tests.fakes.reports_faults import Fault
from tests.fakes.reports_servers import embedded_server

# By a GET these say nothing, that there is nothing, or that it must not be repeated.
CLEAR_ANSWERS = (Fault.NONE, Fault.REFUSED, Fault.CLOSED_SERVICE)


async def test_a_report_arrives_whole(setup: Setup) -> None:
    backend_id = await setup.client.submit(REPORT)

    (row,) = setup.rows()
    assert backend_id == str(row.id)
    assert row.reference == REPORT.reference
    assert (row.service_code, row.description) == ("trou", REPORT.description)
    assert (row.address, row.latitude, row.longitude) == ("12 rue de la République", 43.8, 4.3)
    assert (row.last_name, row.phone) == ("Zoé Œuf", "0639980001")
    assert row.answers == {"danger": ["oui"], "taille": ["50 cm & plus"]}
    assert (row.priority, row.source, row.complete) == (1, "phone", True)
    assert row.requested_at == REPORT.requested_at
    assert row.expected_at == REPORT.requested_at + timedelta(hours=48)


async def test_what_became_of_it_is_found_by_our_reference_and_by_its_identifier(setup: Setup) -> None:
    backend_id = await setup.client.submit(REPORT)
    closed_at = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    with Session(setup.database) as session, session.begin():
        row = session.get_one(ServiceRequest, int(backend_id))
        row.state, row.status_notes, row.updated_at = State.CLOSED, "Trou <rebouché>", closed_at

    found = await setup.client.find(REPORT.reference)

    assert found is not None
    assert (found.backend_id, found.reference, found.problem_code) == (backend_id, REPORT.reference, "trou")
    assert (found.state, found.status_notes) == (ReportState.CLOSED, "Trou <rebouché>")
    assert (found.updated_at, found.requested_at) == (closed_at, REPORT.requested_at)
    assert found.expected_at == REPORT.requested_at + timedelta(hours=48)
    assert found.place_label == "12 rue de la République"
    assert await setup.client.find(REPORT.reference, backend_id) == found


async def test_an_unknown_report_is_surely_not_there(setup: Setup) -> None:
    await setup.client.submit(REPORT)

    assert await setup.client.find("NIM 26 0413 5") is None
    assert await setup.client.find("NIM 26 0413 5", "999") is None
    assert await setup.client.find("NIM 26 0413 5", "../services") is None


async def test_the_same_reference_makes_one_request(setup: Setup) -> None:
    first = await setup.client.submit(REPORT)
    again = await setup.client.submit(dataclasses.replace(REPORT, description="autre chose"))

    (row,) = setup.rows()
    assert again == first
    assert row.description == REPORT.description


async def test_an_incomplete_report_is_completed_in_place(setup: Setup) -> None:
    first = await setup.client.submit(
        dataclasses.replace(REPORT, complete=False, answers={}, caller_phone="")
    )
    completed = await setup.client.complete(REPORT)

    (row,) = setup.rows()
    assert completed == first
    assert row.complete
    assert row.answers["danger"] == ["oui"]
    assert row.phone == REPORT.caller_phone
    assert row.requested_at == REPORT.requested_at


async def test_completing_a_report_that_never_arrived_files_it(setup: Setup) -> None:
    assert await setup.client.complete(REPORT) == str(setup.rows()[0].id)


async def test_endless_words_cost_no_report(setup: Setup) -> None:
    long = dataclasses.replace(
        REPORT,
        description="é" * 10_000,
        place=Place("là " * 10_000),
        answers={f"question{number}": "é" * 10_000 for number in range(10)},
    )
    await setup.client.submit(long)

    (row,) = setup.rows()
    assert (len(row.description), len(row.answers)) == (4000, 10)


async def test_a_place_that_nobody_understood_costs_no_report(setup: Setup) -> None:
    await setup.client.submit(dataclasses.replace(REPORT, place=Place("")))

    assert setup.rows()[0].address == "lieu inconnu"


@pytest.mark.parametrize(
    ("fault", "retryable", "unclear", "n_filed"),
    [
        (Fault.LOST_BEFORE, True, True, 0),
        (Fault.LOST_AFTER, True, True, 1),
        (Fault.CUT, True, True, 1),
        (Fault.HALF, True, True, 1),
        (Fault.MUTE, True, True, 1),
        (Fault.DRIP, True, True, 1),
        (Fault.HTML, True, True, 0),
        (Fault.NOT_JSON_LIST, True, True, 0),
        (Fault.BAD_GATEWAY, True, True, 1),
        (Fault.ERROR, True, True, 0),
        (Fault.UNAVAILABLE, True, False, 0),
        (Fault.FORBIDDEN, True, False, 0),
        (Fault.REFUSED, False, False, 0),
        (Fault.NOT_FOUND_PAGE, True, False, 0),
        (Fault.REDIRECT, True, False, 0),
        (Fault.SEE_OTHER, True, True, 1),
        (Fault.RATE_LIMIT, True, False, 0),
        (Fault.CLOSED_SERVICE, False, False, 0),
    ],
)
async def test_a_spoiled_post(
    setup: Setup, fault: Fault, retryable: bool, unclear: bool, n_filed: int
) -> None:
    setup.proxy.faults["POST"] = [fault]

    with pytest.raises(BackendError) as raised:
        await setup.client.submit(REPORT)

    assert (raised.value.retryable, raised.value.unclear) == (retryable, unclear)
    assert len(setup.rows()) == n_filed
    # Whatever happened, looking and posting again leads to one request.
    found = await setup.client.find(REPORT.reference)
    assert (found is not None) == bool(n_filed)
    assert await setup.client.submit(REPORT) == str(setup.rows()[0].id)
    assert len(setup.rows()) == 1


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in CLEAR_ANSWERS])
async def test_a_spoiled_look_never_passes_for_an_absence(setup: Setup, fault: Fault) -> None:
    await setup.client.submit(REPORT)
    setup.proxy.faults["GET"] = [fault]

    with pytest.raises(BackendError) as raised:
        await setup.client.find(REPORT.reference)

    assert (raised.value.retryable, raised.value.unclear) == (True, False)


async def test_nobody_listens() -> None:
    port = free_port()
    async with client_of(f"http://127.0.0.1:{port}/") as client:
        for attempt in (client.submit(REPORT), client.find(REPORT.reference)):
            with pytest.raises(BackendError) as raised:
                await attempt
            assert (raised.value.retryable, raised.value.unclear) == (True, False)


async def test_errors_hold_nothing_that_the_caller_said(setup: Setup) -> None:
    for fault in (Fault.REFUSED, Fault.ERROR, Fault.HALF):
        setup.proxy.faults["POST"] = [fault]
        with pytest.raises(BackendError) as raised:
            await setup.client.submit(REPORT)
        assert "trou" not in str(raised.value)
        assert REPORT.caller_phone not in str(raised.value)


async def test_a_wrong_key_waits_for_the_right_one(tmp_path: Path) -> None:
    with embedded_server(tmp_path) as (url, _database):
        async with client_of(url, key="wrong") as client:
            with pytest.raises(BackendError) as raised:
                await client.submit(REPORT)
    assert (raised.value.retryable, raised.value.unclear) == (True, False)


async def test_an_unknown_problem_type_is_refused_for_good(setup: Setup) -> None:
    with pytest.raises(BackendError) as raised:
        await setup.client.submit(dataclasses.replace(REPORT, problem_code="soucoupe"))
    assert (raised.value.retryable, raised.value.unclear) == (False, False)


async def test_the_jurisdiction_is_sent(tmp_path: Path) -> None:
    with embedded_server(tmp_path, jurisdiction_id="nimes.fr") as (url, _database):
        async with client_of(url, jurisdiction_id="nimes.fr") as client:
            await client.submit(REPORT)
            assert await client.find(REPORT.reference) is not None
        async with client_of(url, jurisdiction_id="arles.fr") as client:
            with pytest.raises(BackendError):
                await client.submit(REPORT)
