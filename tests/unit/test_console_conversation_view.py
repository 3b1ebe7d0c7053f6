"""What a conversation's page is made of: decisions join turns, hostile text is seen, numbers are not."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from bot.console.conversation_query import read_query
from bot.console.conversation_view import turn_views
from bot.console.shown_text import masked_number, masked_numbers, visible
from bot.console.template_filters import clock, percent, seconds
from bot.store.models import Conversation, Turn
from bot.store.trackers import Scored, Step, TrackedTurn, open_trackers, read_tracker
from tests.fakes.console_conversations import REPORT_ID, fill_trackers

STARTED = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def said(position: int, words: str, end_ms: int, recognition_ms: int | None = 500) -> Turn:
    return Turn(
        id=position,
        position=position,
        speaker="caller",
        text=words,
        start_ms=end_ms - 1000,
        end_ms=end_ms,
        was_cut_off=False,
        intent="",
        entities=["no entity", {"entity": "street", "value": "rue Bompard", "confidence_entity": 0.9}],
        recognition_ms=recognition_ms,
    )


def decided(words: str, at_ms: int) -> TrackedTurn:
    return TrackedTurn(STARTED + timedelta(milliseconds=at_ms), words, (), ())


def positions(turns: list[Turn], tracked: list[TrackedTurn]) -> dict[str, int]:
    """Where each of the engine's turns is shown."""
    conversation = Conversation(id="c1", channel="phone", started_at=STARTED)
    views = turn_views(conversation, turns, tracked)
    return {each.text: view.position for view in views for each in view.decisions}


def test_a_decision_is_shown_with_the_turn_that_led_to_it() -> None:
    turns = [said(1, "un trou", 5000), said(3, "vingt-six rue", 9000), said(5, "oui", 12_000)]
    tracked = [decided("un trou", 5600), decided("26 rue", 9550), decided("oui", 12_480)]
    assert positions(turns, tracked) == {"un trou": 1, "26 rue": 3, "oui": 5}


def test_a_turn_that_never_reached_the_engine_has_no_decision() -> None:
    turns = [said(1, "un trou", 5000), said(3, "allô ?", 9000), said(5, "oui", 15_000)]
    assert positions(turns, [decided("un trou", 5600), decided("oui", 15_600)]) == {"un trou": 1, "oui": 5}


def test_turns_that_follow_fast_are_told_apart_by_their_words() -> None:
    turns = [said(1, "oui", 5000), said(2, "merci", 5400)]
    assert positions(turns, [decided("oui", 5500), decided("merci", 5900)]) == {"oui": 1, "merci": 2}


def test_what_the_engine_did_before_anybody_spoke_is_left_out() -> None:
    assert positions([said(1, "oui", 50_000)], [decided("/session_start", 10)]) == {}


def test_a_turn_shows_its_stages_and_only_entities() -> None:
    conversation = Conversation(id="c1", channel="phone", started_at=STARTED)
    (view,) = turn_views(conversation, [said(1, "rue Bompard", 5000, recognition_ms=6000)], [])
    assert [(each.name, each.ms, each.share) for each in view.stages] == [("Reconnaissance", 6000, 100)]
    assert [(each.name, each.value, each.score) for each in view.entities] == [("street", "rue Bompard", 0.9)]


def test_rasas_memory_is_read_and_never_made(tmp_path: Path) -> None:
    path = tmp_path / "rasa" / "trackers.db"
    engine = open_trackers(f"sqlite:///{path}")
    with pytest.raises(OperationalError):
        read_tracker(engine, REPORT_ID)
    assert not path.exists()
    fill_trackers(path)
    (turn,) = read_tracker(engine, REPORT_ID)
    assert turn.text == "il y a un nid-de-poule devant chez moi"
    assert turn.intents == [Scored("report_problem", 0.97), Scored("report_status", 0.02)]
    assert turn.entities == [Scored("problem_type", 0.93, "nid-de-poule")]
    assert turn.steps == [
        Step("action", "report_form", "RulePolicy", 1.0),
        Step("form", "report_form"),
        Step("slot", "report_draft", '{"phone": "0612345678"}'),
        Step("says", "utter_report_ask_place", "D'accord. À quelle adresse ?"),
    ]
    with pytest.raises(OperationalError, match="readonly"), engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))


def test_events_of_hand_overs_are_read_and_broken_ones_left_out(tmp_path: Path) -> None:
    path = tmp_path / "trackers.db"
    fill_trackers(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        insert = text(
            "INSERT INTO events(sender_id, type_name, timestamp, data) VALUES (:sender, 'user', 0, :data)"
        )
        for sender, data in (
            (f"{REPORT_ID}.2", json.dumps({"event": "user", "text": "encore moi"})),
            (f"{REPORT_ID}x", json.dumps({"event": "user", "text": "un autre"})),
            (REPORT_ID, "not json"),
            (REPORT_ID, "[1]"),
        ):
            connection.execute(insert, {"sender": sender, "data": data})
    turns = read_tracker(engine, REPORT_ID)
    assert [turn.text for turn in turns] == ["il y a un nid-de-poule devant chez moi", "encore moi"]


def test_characters_that_hide_or_turn_are_made_visible() -> None:
    assert visible("a\u202eb\u200bc\x00d\x1be\u2066") == "a⟦U+202E⟧b⟦U+200B⟧c⟦U+0000⟧d⟦U+001B⟧e⟦U+2066⟧"
    assert visible("Ligne une\n\tdeux, مرحبا, été 😀") == "Ligne une\n\tdeux, مرحبا, été 😀"


def test_numbers_are_masked_but_for_their_ends() -> None:
    assert masked_number("0612345678") == "06••••••78"
    assert masked_number("123") == "•••"
    assert masked_number("") == ""
    assert masked_numbers("au 06 12 34 56 78, 12 rue, 30000 Nîmes") == "au 06••••••78, 12 rue, 30000 Nîmes"


def test_days_of_a_filter_are_the_citys() -> None:
    query = read_query({"from": "2026-03-29", "to": "2026-03-29", "mine": "1"}, PARIS, "zoe")
    # The day on which clocks go forward has 23 hours.
    assert query.wanted.since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert query.wanted.until == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert query.wanted.assignee == "zoe"
    assert query.text == "from=2026-03-29&to=2026-03-29&mine=1"


@pytest.mark.parametrize("day", ["", "hier", "2026-13-01", "0001-01-01", "9999-12-31", "2026-1-1", "\x00"])
def test_a_day_that_makes_no_sense_filters_nothing(day: str) -> None:
    query = read_query({"from": day, "to": day}, PARIS, "zoe")
    assert (query.wanted.since, query.wanted.until, query.text) == (None, None, "")


def test_times_and_shares_are_written_as_in_french() -> None:
    assert [clock(ms) for ms in (0, 65_000, 7_200_000)] == ["0:00", "1:05", "2:00:00"]
    assert (seconds(620), percent(0.874)) == ("0,62 s", "87 %")
