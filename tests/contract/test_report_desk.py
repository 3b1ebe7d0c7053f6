"""The reports as agents see them: one suite on the embedded server over HTTP, and what a foreign one can."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.report_desk import DeskError, ReportChange, ReportQuery, ServiceFigures
from integrations.report_desk_embedded import EmbeddedDesk
from integrations.report_desk_foreign import ForeignDesk
from integrations.settings import Settings
from integrations.wiring import open_report_desk
from tests.fakes.reports_backend import Clock
from tests.fakes.reports_servers import AGENTS_KEY, KEY, embedded_server, foreign_app, serving


class Server:
    """The embedded server, with a clock of its own."""

    def __init__(self, base: str, clock: Clock) -> None:
        self.base = base
        self.url = base.removesuffix("/open311/v2/")
        self.clock = clock

    def file(self, **fields: str) -> str:
        """File a report a minute later, and return its identifier."""
        self.clock.now += timedelta(minutes=1)
        form = {"api_key": KEY, "service_code": "trou", "address_string": "Place de l'Horloge", **fields}
        answer = httpx.post(f"{self.base}requests.json", data=form, trust_env=False)
        return str(answer.raise_for_status().json()[0]["service_request_id"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    clock = Clock()
    with embedded_server(tmp_path, clock=clock) as (base, _):
        yield Server(base, clock)


@asynccontextmanager
async def desk_of(server: Server, key: str = AGENTS_KEY) -> AsyncIterator[EmbeddedDesk]:
    desk = EmbeddedDesk(server.url, key)
    try:
        yield desk
    finally:
        await desk.aclose()


async def ids(desk: EmbeddedDesk, **query: Any) -> list[str]:
    return [report.id for report in (await desk.find(ReportQuery(**query))).reports]


async def test_the_list_is_filtered_and_paged(server: Server) -> None:
    hole = server.file(description="Un trou 100% profond", address_string="12 avenue Jean Jaurès")
    lamp = server.file(service_code="lampe", description="Une lampe_cassée")
    later = server.file(**{"attribute[reference]": "NIM2600017"})
    async with desk_of(server) as desk:
        assert await ids(desk) == [later, lamp, hole]
        assert await ids(desk, states=("received",), service_codes=("trou",)) == [later, hole]
        assert await ids(desk, states=("done",)) == []
        assert await ids(desk, agency="Éclairage") == [lamp]
        for text, found in (
            ("100%", [hole]),
            ("e_c", [lamp]),
            ("_", [lamp]),
            ("av jaures", [hole]),
            ("nim2600017", [later]),
            ("introuvable", []),
        ):
            assert await ids(desk, text=text) == found, text
        start = server.clock.now - timedelta(minutes=1)
        assert await ids(desk, start=start) == [later, lamp]
        assert await ids(desk, end=start) == [hole]
        page = await desk.find(ReportQuery(page=2, page_size=2))
        assert (page.total, [report.id for report in page.reports]) == (3, [hole])
        assert await desk.agencies() == ["Voirie", "Éclairage"]


def test_the_list_names_nobody(server: Server) -> None:
    server.file(last_name="Zoé Martin", phone="0612345678", email="zoe@example.org", device_id="d1")
    headers = {"X-Api-Key": AGENTS_KEY}
    answer = httpx.get(f"{server.url}/desk/v1/requests", headers=headers, trust_env=False)
    assert answer.json()["total"] == 1
    for personal in ("Martin", "0612345678", "zoe@example.org", "d1"):
        assert personal not in answer.text


async def test_one_report_with_its_caller_and_life(server: Server) -> None:
    report_id = server.file(last_name="Zoé Martin", phone="0612345678", lat="43.83", long="4.36")
    async with desk_of(server) as desk:
        detail = await desk.get(report_id)
        assert detail.caller == {"name": "Zoé Martin", "phone": "0612345678"}
        assert (detail.report.latitude, detail.report.priority, detail.report.state) == (43.83, 2, "received")
        assert set(detail.report.georeport) >= {"service_request_id", "status", "lat"}
        change = ReportChange("Ada (ada)", detail.last_event, state="assigned", agency="Éclairage", note="vu")
        changed = await desk.change(report_id, change)
        last = changed.events[-1]
        assert (last.author, last.state, last.note, last.details["agency"]) == (
            "Ada (ada)",
            "assigned",
            "vu",
            "Éclairage",
        )
        assert changed.report.agency == "Éclairage"
        assert await ids(desk, agency="Éclairage") == [report_id]
        assert await ids(desk, agency="Voirie") == []


async def test_the_second_of_two_who_change_the_same_is_told(server: Server) -> None:
    report_id = server.file()
    async with desk_of(server) as desk:
        seen = (await desk.get(report_id)).last_event
        await desk.change(report_id, ReportChange("Ada", seen, state="in_progress"))
        with pytest.raises(DeskError) as conflict:
            await desk.change(report_id, ReportChange("Ali", seen, note="moi aussi"))
        assert conflict.value.kind == "conflict"
        fresh = await desk.get(report_id)
        assert [event.author for event in fresh.events[1:]] == ["Ada"]
        await desk.change(report_id, ReportChange("Ali", fresh.last_event, note="moi aussi"))


async def test_duplicates_are_proposed_and_merged(server: Server) -> None:
    first = server.file(lat="43.8300", long="4.3600")
    second = server.file(lat="43.8302", long="4.3600", address_string="Boulevard Victor Hugo")
    server.file(lat="43.8400", long="4.3600", address_string="Rue de l'Aspic")
    async with desk_of(server) as desk:
        (candidate,) = await desk.candidates(second)
        assert (candidate.report.id, round(candidate.distance_m)) == (first, 22)
        seen = (await desk.get(second)).last_event
        merged = await desk.change(
            second, ReportChange("Ada", seen, state="duplicate", duplicate_of=candidate.report.id)
        )
        assert (merged.report.state, merged.report.duplicate_of) == ("duplicate", first)
        assert (await desk.get(first)).report.n_people == 2


async def test_what_became_of_reports_is_told_by_kind(server: Server) -> None:
    start = server.clock.now
    done, late, open_ = server.file(), server.file(), server.file(service_code="lampe")
    async with desk_of(server) as desk:
        await desk.change(done, ReportChange("Ada", "", state="done"))
        server.clock.now += timedelta(hours=49)
        await desk.change(late, ReportChange("Ada", "", state="done"))
        running = server.file(service_code="lampe")
        # More than the 90 days that strangers may ask for.
        span = start - timedelta(days=365), server.clock.now + timedelta(minutes=1)
        assert await desk.figures(*span) == [
            ServiceFigures("lampe", n=2, n_settled=0, n_in_time=0, n_judged=1),
            ServiceFigures("trou", n=2, n_settled=2, n_in_time=1, n_judged=2),
        ]
        before_the_last = start, server.clock.now
        assert sum(each.n for each in await desk.figures(*before_the_last)) == 3
        assert await desk.figures(start - timedelta(days=9), start) == []
        with pytest.raises(DeskError):
            await desk.figures(start - timedelta(days=2000), server.clock.now)
    assert (open_, running) == ("3", "4")


async def test_refusals_are_told_apart(server: Server) -> None:
    report_id = server.file()
    async with desk_of(server) as desk:
        seen = (await desk.get(report_id)).last_event
        for change in (
            ReportChange("Ada", seen, state="closed"),  # without its reason
            ReportChange("Ada", seen, state="reopened"),
            ReportChange("Ada", seen),
            ReportChange("Ada", seen, state="nulle part"),
        ):
            with pytest.raises(DeskError) as refused:
                await desk.change(report_id, change)
            assert refused.value.kind == "refused"
        for missing in ("999", "../letters", "a b", ""):
            with pytest.raises(DeskError) as gone:
                await desk.get(missing or "%")
            assert gone.value.kind == "missing"
    async with desk_of(server, "autre") as desk:
        with pytest.raises(DeskError) as stranger:
            await desk.find(ReportQuery())
        assert stranger.value.kind == "unreachable"


@pytest.mark.parametrize("body", ["", "[]", '{"total": "x"}', '{"total": 1, "requests": [{}]}', "<html>"])
async def test_a_server_that_answers_something_else_is_none(body: str) -> None:
    desk = EmbeddedDesk("http://desk", "x")
    desk._client = httpx.AsyncClient(
        base_url="http://desk/", transport=httpx.MockTransport(lambda _: httpx.Response(200, text=body))
    )
    with pytest.raises(DeskError) as failure:
        await desk.find(ReportQuery())
    assert failure.value.kind == "unreachable"
    await desk.aclose()


async def test_without_a_server_nothing_hangs() -> None:
    desk = EmbeddedDesk("http://127.0.0.1:9", "x")
    with pytest.raises(DeskError):
        await desk.get("1")
    await desk.aclose()


async def test_a_foreign_server_is_read_and_never_changed() -> None:
    filed: list[dict[str, Any]] = [
        {
            "service_request_id": 100 + n,
            "status": "open" if n else "closed",
            "service_code": "lampe" if n == 2 else "trou",
            "description": f"Chose {n}",
            "address": None,
            "lat": "43.8" if n else "",
            "long": 4.36 if n else None,
            "requested_datetime": f"2026-11-2{n}T21:00:00",
        }
        for n in range(3)
    ]
    with serving(foreign_app(filed)) as url:
        desk = ForeignDesk(f"{url}/", is_local=True)
        assert not desk.can_change
        found = await desk.find(ReportQuery())
        assert [(report.id, report.state, report.latitude) for report in found.reports] == [
            ("102", "open", 43.8),
            ("101", "open", 43.8),
            ("100", "closed", None),
        ]
        # It ignores all filters; we do not.
        for query, expected in (
            (ReportQuery(states=("closed",)), ["100"]),
            (ReportQuery(service_codes=("lampe",)), ["102"]),
            (ReportQuery(text="chose 1"), ["101"]),
            (ReportQuery(start=datetime(2026, 11, 21, tzinfo=UTC)), ["102", "101"]),
            (ReportQuery(page=2, page_size=2), ["100"]),
        ):
            assert [report.id for report in (await desk.find(query)).reports] == expected
        assert (await desk.get("101")).report.description == "Chose 1"
        with pytest.raises(DeskError, match="no such"):
            await desk.get("7")
        with pytest.raises(DeskError, match="no way"):
            await desk.change("101", ReportChange("Ada", "", note="x"))
        assert await desk.candidates("101") == ()
        # It does not say when a report was settled. Half a year is asked for in parts.
        span = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
        assert await desk.figures(*span) == [ServiceFigures("trou", n=2, n_settled=1)]
        await desk.aclose()


async def test_the_settings_say_which_one_it_is(tmp_path: Path) -> None:
    ours = "http://127.0.0.1:8010"
    for url, can_change in (
        ("", True),
        (f"{ours}/open311/v2", True),
        (f"{ours}/open311/v2/", True),
        ("https://ville.example/open311/v2/", False),
    ):
        desk = open_report_desk(Settings(var_dir=tmp_path, open311_url=url), ours)
        assert desk.can_change == can_change
        await desk.aclose()
