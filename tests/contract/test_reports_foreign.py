"""The client with a server that has not our extension: nothing is certain there, so nothing is repeated."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.protocols import BackendError
from tests.fakes.reports_client import REPORT, UPDATE, client_of
from tests.fakes.reports_servers import foreign_app, serving


@pytest.fixture
def filed() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def url(filed: list[dict[str, Any]]) -> Iterator[str]:
    with serving(foreign_app(filed)) as url:
        yield f"{url}/"


async def test_the_reference_ends_the_description(url: str, filed: list[dict[str, Any]]) -> None:
    long = dataclasses.replace(REPORT, description="é" * 5000)
    async with client_of(url) as client:
        assert await client.submit(REPORT) == "100"
        assert await client.submit(long) == "101"

    assert filed[0]["description"] == f"{REPORT.description}\n\nRéférence : NIM 26 0412 8"
    assert len(filed[1]["description"]) == 4000
    assert filed[1]["description"].endswith("é\n\nRéférence : NIM 26 0412 8")


async def test_what_is_there_is_found(url: str) -> None:
    async with client_of(url) as client:
        backend_id = await client.submit(REPORT)
        by_text = await client.find(REPORT.reference)
        by_id = await client.find(REPORT.reference, backend_id)

    assert by_text is not None
    assert by_text == by_id
    assert by_text.backend_id == backend_id
    assert by_text.updated_at == datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


async def test_what_is_not_seen_may_be_there(url: str) -> None:
    async with client_of(url) as client:
        with pytest.raises(BackendError) as raised:
            await client.find(REPORT.reference)
    assert (raised.value.retryable, raised.value.unclear) == (False, True)


async def test_it_cannot_complete_a_report(url: str, filed: list[dict[str, Any]]) -> None:
    async with client_of(url) as client:
        with pytest.raises(BackendError) as raised:
            await client.complete(REPORT)
    assert (raised.value.retryable, raised.value.unclear) == (False, False)
    assert filed == []


async def test_it_takes_no_updates(url: str) -> None:
    async with client_of(url) as client:
        assert not await client.can_repeat_updates()
        with pytest.raises(BackendError) as raised:
            await client.add_update(UPDATE, "100")
    assert (raised.value.retryable, raised.value.unclear) == (False, False)
