"""The dashboard's figures against the same figures computed plainly, over HTTP, on both databases."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from bench.console_fill import make, read_sentences
from bot.console.charts import bar_chart, column_chart, ticks_to
from bot.console.dashboard_query import DashboardQuery, read_dashboard_query
from bot.console.labels import INTENTS
from bot.console.roles import Role
from bot.figures.job import Counting
from bot.store.models import Conversation, Turn
from integrations.city import load_city
from integrations.city_procedures import procedure_titles
from integrations.database import writing
from integrations.desk_callbacks import request_callback
from integrations.desk_types import NewCallback
from tests.fakes.console_site import CITY, PASSWORD, ConsoleSite
from tests.fakes.databases import KINDS, fresh_database
from tests.unit.test_figures_day import plain_percentile

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 3, 2)
COUNT = 250
DAYS = 40


class Board:
    """A dashboard, and the conversations behind it."""

    def __init__(self, client: TestClient, conversations: list[Conversation], called_back: set[str]) -> None:
        self.client = client
        self.all = conversations
        self.called_back = called_back
        self.first = min(self.day(each) for each in conversations)

    def day(self, conversation: Conversation) -> date:
        return conversation.started_at.astimezone(PARIS).date()

    def table(self, name: str, **asked: str) -> list[list[str]]:
        answer = self.client.get(f"/console/dashboard/{name}.csv", params={"from": str(self.first)} | asked)
        assert answer.status_code == 200, answer.text
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))[1:]

    def fate(self, each: Conversation) -> str:
        """As docs/console.md says it."""
        said = [turn for turn in each.turns if turn.speaker == "caller"]
        if each.outcome == "passed_on":
            return "Ligne de secours"
        if each.was_transferred:
            return "Transférées"
        if each.outcome == "callback_requested" or each.id in self.called_back:
            return "Rappel promis"
        if each.emergency:
            return "Traitées sans personne"
        is_lost = bool(said) and (
            said[-1].intent == "nlu_fallback" or (said[-1].intent_confidence or 0) < 0.6
        )
        if each.intent in ("", "out_of_scope") or (each.outcome in ("caller_hung_up", "left") and is_lost):
            return "Abandonnées"
        return "Traitées sans personne"


@pytest.fixture(scope="module", params=KINDS)
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    folder = tmp_path_factory.mktemp("board")
    with fresh_database(request.param, folder) as url:
        site = ConsoleSite(folder, 80, url)
        called_back = fill(site)
        now = datetime.now(UTC)
        Counting(site.engine, site.desk_engine, PARIS, lambda: now).catch_up(now)
        with Session(site.engine) as session:
            rows = select(Conversation).options(selectinload(Conversation.turns))
            found = [
                each
                for each in session.scalars(rows)
                if each.channel != "chat" or any(turn.speaker == "caller" for turn in each.turns)
            ]
        with TestClient(site.app()[0], "http://console") as client:
            client.post("/console/sign-in", data={"login": Role.AGENT, "password": PASSWORD})
            yield Board(client, found, called_back)
        site.close()


def fill(site: ConsoleSite) -> set[str]:
    """Made-up conversations of the last days; returns those that are promised a call-back by the desk."""
    chance, now = random.Random(7), datetime.now(UTC)
    sentences = read_sentences()
    made = []
    for number in range(COUNT):
        at = now - timedelta(days=DAYS * chance.random(), hours=1)
        made.append(make(chance, number, at, sentences))
    with writing(site.engine) as session:
        session.execute(insert(Conversation), [each.conversation for each in made])
        session.execute(insert(Turn), [turn for each in made for turn in each.turns])
    promised = [each.conversation for each in made if each.conversation["intent"] == "ask_contact"]
    with writing(site.desk_engine) as session:
        for each in promised:
            due = each["started_at"] + timedelta(days=1)
            request_callback(
                session, NewCallback(each["id"], "", "accueil", "", due), "NIM", each["started_at"]
            )
    return {each["id"] for each in promised}


def test_hours_and_days(board: Board) -> None:
    hours = Counter((each.channel, each.started_at.astimezone(PARIS).hour) for each in board.all)
    for hour, (name, phone, chat, both) in enumerate(board.table("heures")):
        assert name == f"{hour} h – {hour + 1} h"
        assert (int(phone), int(chat)) == (hours["phone", hour], hours["chat", hour])
        assert int(both) == int(phone) + int(chat)
    days = Counter(board.day(each) for each in board.all)
    found = {date.fromisoformat(day): int(rest[-1]) for day, *rest in board.table("volumes")}
    assert {day: n for day, n in found.items() if n} == days
    assert min(found) == board.first


def test_what_becomes_of_conversations(board: Board) -> None:
    fates = Counter(map(board.fate, board.all))
    found = {name: (int(n), share) for name, n, share in board.table("suites")}
    n_answered = len(board.all) - fates["Ligne de secours"]
    assert len(fates) == 5
    for name, n in fates.items():
        of = len(board.all) if name == "Ligne de secours" else n_answered
        assert found[name][0] == n
        assert float(found[name][1].replace(",", ".")) == pytest.approx(100 * n / of, abs=0.051)
    assert found["Prises par l'assistant"][0] == n_answered
    assert sum(n for n, _ in found.values()) == len(board.all) + n_answered
    page = board.client.get("/console/dashboard", params={"from": str(board.first)}).text
    share = f"{100 * fates['Traitées sans personne'] / n_answered:.1f}".replace(".", ",")
    assert f"<strong>{share}\u00a0%</strong>" in page


def test_what_was_wanted(board: Board) -> None:
    intents = Counter(each.intent for each in board.all)
    found = {name: int(n) for name, n, _ in board.table("demandes")}
    assert found == {INTENTS.get(code, "Rien de reconnu"): n for code, n in intents.items()}
    told = Counter(code for each in board.all for code in {turn.procedure for turn in each.turns} - {""})
    titles = procedure_titles(load_city(CITY))
    found = {name: int(n) for name, n, _ in board.table("demarches")}
    assert len(told) > 5
    assert found == {titles[code]: n for code, n in told.items()}


def test_how_well_the_machine_did(board: Board) -> None:
    turns = [turn for each in board.all for turn in each.turns]
    stages = ("silence_ms", "recognition_ms", "dialogue_ms", "synthesis_ms")
    for stage, (_, n, *percentiles) in zip(stages, board.table("temps"), strict=True):
        took_ms = [value for turn in turns if (value := getattr(turn, stage)) is not None]
        assert int(n) == len(took_ms)
        for share, found_ms in zip((0.5, 0.95, 0.99), percentiles, strict=True):
            assert int(found_ms) == pytest.approx(plain_percentile(took_ms, share), rel=0.05, abs=1)
    said = [turn for turn in turns if turn.speaker == "caller"]
    words = Counter(min(9, int(turn.confidence * 10)) for turn in said if turn.confidence is not None)
    meaning = Counter(min(9, int((turn.intent_confidence or 0) * 10)) for turn in said)
    for tenth, (_, heard, _, understood, _) in enumerate(board.table("confiance")):
        assert (int(heard), int(understood)) == (words[tenth], meaning[tenth])
    ratings = Counter(each.is_satisfied for each in board.all)
    assert [int(n) for _, n, _ in board.table("satisfaction")] == [ratings[True], ratings[False]]


def test_a_channel_and_a_day_of_their_own(board: Board) -> None:
    chats = Counter(board.fate(each) for each in board.all if each.channel == "chat")
    found = {name: int(n) for name, n, _ in board.table("suites", channel="chat")}
    assert {name: n for name, n in found.items() if n and not name.startswith("Prises")} == chats
    busiest, n = Counter(board.day(each) for each in board.all).most_common(1)[0]
    one_day = {"from": str(busiest), "to": str(busiest)}
    assert sum(int(row[-1]) for row in board.table("heures", **one_day)) == n
    assert board.client.get("/console/dashboard/volumes.csv", params=one_day).status_code == 404
    assert board.client.get("/console/dashboard/nulle.csv").status_code == 404


def test_reports_that_do_not_come_are_said(board: Board) -> None:
    """Nobody listens where this console looks for reports."""
    reports = board.client.get("/console/dashboard/reports")
    assert (reports.status_code, "ne répond pas" in reports.text) == (200, True)
    assert board.client.get("/console/dashboard/signalements.csv").status_code == 502


@pytest.mark.parametrize(
    ("values", "period", "first", "last", "address"),
    [
        ({}, "30", "2026-02-01", "2026-03-02", "period=30"),
        ({"period": "today"}, "today", "2026-03-02", "2026-03-02", "period=today"),
        ({"period": "7", "channel": "chat"}, "7", "2026-02-24", "2026-03-02", "period=7&channel=chat"),
        ({"period": "year"}, "year", "2026-01-01", "2026-03-02", "period=year"),
        ({"period": "siècle", "channel": "fax"}, "30", "2026-02-01", "2026-03-02", "period=30"),
        (
            {"from": "2025-12-24", "to": "2026-01-02"},
            "",
            "2025-12-24",
            "2026-01-02",
            "from=2025-12-24&to=2026-01-02",
        ),
        ({"from": "2026-01-02", "to": "2025-12-24"}, "", "2025-12-24", "2026-01-02", None),
        ({"from": "2026-02-28"}, "", "2026-02-28", "2026-03-02", None),
        ({"to": "2026-02-28"}, "", "2026-02-28", "2026-02-28", None),
        ({"from": "2099-01-01", "to": "2099-01-02"}, "", "2026-03-02", "2026-03-02", None),
        ({"from": "1900-01-01", "to": "2026-03-02"}, "", "2023-03-03", "2026-03-02", None),
        ({"from": "hier"}, "30", "2026-02-01", "2026-03-02", None),
    ],
)
def test_whatever_stands_in_an_address_is_some_days(
    values: dict[str, str], period: str, first: str, last: str, address: str | None
) -> None:
    found = read_dashboard_query(values, TODAY)
    assert (found.period, str(found.first), str(found.last)) == (period, first, last)
    assert address is None or found.address() == address


def test_another_period_keeps_the_channel() -> None:
    asked = DashboardQuery("", TODAY, TODAY, "phone")
    assert asked.address("7") == "period=7&channel=phone"


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (0.9, [0, 0.5, 1]),
        (1, [0, 0.5, 1]),
        (4, [0, 1, 2, 3, 4]),
        (7, [0, 2, 4, 6, 8]),
        (1018, [0, 500, 1000, 1500]),
        (123_456, [0, 50_000, 100_000, 150_000]),
    ],
)
def test_axes_have_round_numbers(most: float, ticks: list[float]) -> None:
    assert ticks_to(most) == ticks


def test_columns_are_as_high_as_their_values() -> None:
    chart = column_chart([("a", "", 0), ("b", "", 1), ("c", "", 4)], "")
    empty, low, high = chart.columns
    assert empty.height == 0
    assert high.height == pytest.approx(4 * low.height, abs=0.3)
    assert {column.y + column.height for column in chart.columns} == {chart.foot}
    assert [column.value for column in chart.columns] == ["", "1", "4"]
    assert bar_chart([("a", 1.0, "1"), ("b", 4.0, "4")]).bars[0].share == 25
    assert not column_chart([], "").columns


def test_many_columns_share_few_labels() -> None:
    values: list[tuple[str, str, Any]] = [(f"{day:02}/01", "", day) for day in range(1, 32)]
    chart = column_chart(values, "")
    assert 3 <= sum(bool(column.label) for column in chart.columns) <= 6
    assert [column.value for column in chart.columns if column.value] == ["31"]
