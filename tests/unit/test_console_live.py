"""The doors of the page of conversations in progress: who may follow, what is told, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.call.events import Event
from bot.live.calls import live_call
from bot.live.types import Line, Standing
from integrations.personal_data import find_personal
from tests.fakes.chat_site import ChatSite
from tests.fakes.console_site import PASSWORD
from tests.fakes.ports import free_ports

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ACTIONS = ("calls/c1/take", "chats/c1/take", "chats/c1/messages", "chats/c1/end")
WRITING = {"text": "Bonjour.", "id": "a" * 24}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatSite]:
    # Loads the model that masks, as a console does when it starts.
    find_personal("bonjour")
    (port,) = free_ports(1)
    with ChatSite(tmp_path_factory.mktemp("live"), port).running() as running:
        yield running


@contextmanager
def signed_in(site: ChatSite, login: str = "agent") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, headers={"Accept": "application/json"}, timeout=30) as client:
        client.post("/console/sign-in", data={"login": login, "password": PASSWORD})
        page = client.get("/console/live/").text
        client.headers["x-csrf-token"] = page.partition('"X-CSRF-Token": "')[2].partition('"')[0]
        yield client


@contextmanager
def call_on_the_line(site: ChatSite) -> Iterator[list[Event]]:
    told: list[Event] = []
    site.on_loop(lambda: site.live.open(live_call("c1", "0612345678", NOW), told.append))
    yield told
    site.on_loop(lambda: site.live.close("c1"))


def events(stream: Iterator[str], n: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    name = ""
    for line in stream:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((name, json.loads(line.removeprefix("data: "))))
            if len(found) == n:
                return found
    return found


def test_nobody_follows_or_takes_anything_without_an_account(site: ChatSite) -> None:
    with httpx.Client(base_url=site.url) as client:
        for path in ("", "stream", "count"):
            assert client.get(f"/console/live/{path}").status_code in (303, 401)
        for path in ACTIONS:
            assert client.post(f"/console/live/{path}", json=WRITING).status_code in (303, 401)


def test_nothing_is_taken_without_our_pages_token(site: ChatSite) -> None:
    with signed_in(site) as client:
        client.headers["x-csrf-token"] = "x"
        for path in ACTIONS:
            assert client.post(f"/console/live/{path}", json=WRITING).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://exemple.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_foreign_page_is_told_nothing(site: ChatSite, headers: dict[str, str]) -> None:
    with signed_in(site) as client:
        assert client.get("/console/live/stream", headers=headers).status_code == 403


def test_what_is_said_is_streamed_and_of_a_number_only_its_end(site: ChatSite) -> None:
    with (
        call_on_the_line(site),
        signed_in(site, "supervisor") as client,
        client.stream("GET", "/console/live/stream", headers={"Origin": site.url}) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        (hello, news) = events(lines, 2)
        assert hello == ("hello", {"login": "supervisor", "ids": ["c1"]})
        assert (news[1]["caller_end"], news[1]["lines"]) == ("78", [])
        assert "0612345678" not in json.dumps(news)
        site.on_loop(lambda: site.live.change("c1", partial="il y a\nevent: x"))
        site.on_loop(lambda: site.live.add("c1", Line("bot", "<b>Bonjour</b>")))
        first = events(lines, 1)[0][1]
        told = first if first["lines"] else events(lines, 1)[0][1]
        assert told["partial"] == "il y a\nevent: x"
        assert told["lines"][0]["text"] == "<b>Bonjour</b>"


SAID = "je suis madame Jacqueline Vidal au 06 12 34 56 78"


def test_agents_read_masked_captions_until_they_have_the_conversation_in_hand(site: ChatSite) -> None:
    with (
        call_on_the_line(site),
        signed_in(site) as client,
        client.stream("GET", "/console/live/stream", headers={"Origin": site.url}) as answer,
    ):
        site.on_loop(lambda: site.live.add("c1", Line("caller", SAID)))
        site.on_loop(lambda: site.live.change("c1", partial="c'est madame Jacqueline Vidal au 06 12"))
        lines = answer.iter_lines()
        news = told_until(lines, lambda told: bool(told["partial"]))
        assert news[-1]["partial"] == "c'est madame [nom] au •• …"
        assert [line["text"] for each in news for line in each["lines"]] == [
            "je suis madame [nom] au [numéro]"
        ]
        assert "Vidal" not in json.dumps(news)
        # Whoever takes the call reads all of it, and what was masked is told again.
        site.on_loop(lambda: site.live.change("c1", standing=Standing.TAKING, login="agent"))
        whole = told_until(lines, lambda told: bool(told["lines"]))[-1]
        assert (whole["first"], whole["lines"][0]["text"]) == (0, SAID)
        site.on_loop(lambda: site.live.change("c1", standing=Standing.BOT, login=""))
        masked = told_until(lines, lambda told: bool(told["lines"]))[-1]
        assert (masked["first"], masked["lines"][0]["text"]) == (0, "je suis madame [nom] au [numéro]")


def told_until(stream: Iterator[str], is_there: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """All news of conversations up to the first that is so."""
    found: list[dict[str, Any]] = []
    while not found or not is_there(found[-1]):
        ((name, told),) = events(stream, 1)
        found += [told] if name == "news" else []
    return found


def test_following_and_taking_are_written_down(site: ChatSite) -> None:
    with signed_in(site) as client:
        client.post("/console/live/calls/c9/take")
    lines = site.rows("select login, action, subject from console_audit")
    assert ("agent", "view_live", "") in lines
    assert ("agent", "take_call", "c9") in lines


def test_a_call_is_taken_at_the_accounts_desk_and_refusals_say_why(site: ChatSite) -> None:
    with call_on_the_line(site) as told, signed_in(site) as client:
        refused = client.post("/console/live/calls/c1/take")
        assert (refused.status_code, "numéro de poste" in refused.json()["detail"]) == (409, True)
        site.set_extension("agent", "4217")
        assert client.post("/console/live/calls/c9/take").status_code == 404
        assert client.post("/console/live/calls/c1/take").status_code == 204
        assert client.post("/console/live/calls/c1/take").status_code == 409
        assert len(told) == 1
        site.set_extension("agent", "")


def test_a_chat_that_is_not_there_cannot_be_answered(site: ChatSite) -> None:
    with signed_in(site) as client:
        for path in ("take", "messages", "end"):
            assert client.post(f"/console/live/chats/none/{path}", json=WRITING).status_code == 404
        for bad in ({}, {"text": "", "id": "a" * 24}, {"text": "x" * 1001, "id": "a" * 24}):
            assert client.post("/console/live/chats/none/messages", json=bad).status_code == 422


def test_the_menu_counts_who_needs_somebody(site: ChatSite, tmp_path: Path) -> None:
    with call_on_the_line(site), signed_in(site) as client:
        assert "badge" not in client.get("/console/live/count").text
        site.on_loop(lambda: site.live.change("c1", emergency="fire"))
        assert ">1<" in client.get("/console/live/count").text


def test_the_shared_key_is_gone(site: ChatSite) -> None:
    with httpx.Client(base_url=site.url) as client:
        for path in ("/chat/agents/", "/chat/agents/api/chats", "/chat/agents.js"):
            assert client.get(path).status_code == 404
