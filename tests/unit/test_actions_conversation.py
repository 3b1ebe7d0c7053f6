"""Offers, asides, repetition, misunderstandings: what keeps a conversation in order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor

from actions.asides import is_aside
from actions.last_words import Sentence, last_words
from actions.misunderstanding import Misunderstanding
from actions.offers import Offer, OfferKind, make_offer, standing_offer
from actions.status_form import StatusQuery, advance, spoken_date, spoken_progress
from actions.turn import FALLBACK, Turn, turn_of
from integrations.city import load_city
from integrations.desk_types import ReportStatus
from integrations.protocols import ReportState

ROOT = Path(__file__).resolve().parents[2]
CALLBACK = Offer(OfferKind.CALLBACK)


def user(text: str) -> dict[str, Any]:
    return {"event": "user", "text": text, "input_channel": "voice"}


def bot(text: str, **metadata: str) -> dict[str, Any]:
    custom = {"expect": "yes_no", "barge_in": True}
    return {"event": "bot", "text": text, "data": {"custom": custom}, "metadata": metadata}


def tracker(events: list[dict[str, Any]], message: dict[str, Any], **slots: Any) -> Tracker:
    return Tracker("c1", slots, message, events, False, None, {}, "action_listen")


def turn(intent: str, confidence: float = 0.99, text: str = "…", number: int = 1) -> Turn:
    return Turn(number, text, intent, confidence)


def test_a_turn_is_read_from_the_tracker() -> None:
    message = {
        "text": "au 12",
        "intent": {"name": "nlu_fallback", "confidence": 0.3},
        "intent_ranking": [{"name": "nlu_fallback"}, {"name": "inform"}],
        "entities": [{"entity": "house_number", "value": "12", "start": 3, "end": 5}],
        "metadata": {"caller": "0612345678"},
    }
    events = [user("bonjour"), {**user("au 12"), "input_channel": "chat"}]
    read = turn_of(tracker(events, message))
    assert (read.number, read.text, read.intent, read.leaning) == (2, "au 12", FALLBACK, "inform")
    assert (read.caller, read.channel, read.conversation_id) == ("0612345678", "chat", "c1")
    assert read.values("house_number") == ("12",)


def test_a_key_has_no_words() -> None:
    message = {"text": "/talk_to_agent", "intent": {"name": "talk_to_agent", "confidence": 1.0}}
    assert turn_of(tracker([user("/talk_to_agent")], message)).text == ""


def test_an_offer_stands_for_one_turn() -> None:
    event = make_offer(OfferKind.CALLBACK, turn("deny", number=3), "un passeport")
    slots = {"offer": event["value"]}
    stored = tracker([], {}, **slots)
    assert standing_offer(stored, turn("affirm", number=4)) == Offer(OfferKind.CALLBACK, "un passeport")
    assert standing_offer(stored, turn("affirm", number=5)) is None
    assert standing_offer(tracker([], {}), turn("affirm")) is None


@pytest.mark.parametrize(
    ("said", "offer", "expected"),
    [
        (turn("repeat"), None, True),
        (turn("repeat", 0.4), None, False),
        (turn("ask_opening_hours", 0.95), None, True),
        (turn("ask_opening_hours", 0.5), None, False),
        (turn("affirm"), None, False),
        (turn("affirm"), CALLBACK, True),
        (turn("inform"), None, False),
        (turn("talk_to_agent", 1.0, text=""), None, True),
        (turn("affirm", 1.0, text=""), None, False),
    ],
)
def test_what_is_no_answer_is_told_from_what_is_one(said: Turn, offer: Offer | None, expected: bool) -> None:
    assert is_aside(said, offer) is expected


def test_misunderstandings_count_only_in_a_row() -> None:
    first = Misunderstanding().again(3)
    assert not first.must_offer_person
    assert first.again(4).must_offer_person
    assert not first.again(5).must_offer_person
    assert Misunderstanding.load(first.store()) == first


def test_the_last_words_are_those_before_the_request_to_repeat() -> None:
    events = [
        user("bonjour"),
        bot("Bonjour."),
        user("un trou"),
        bot("Attention."),
        bot("Où ?"),
        user("pardon"),
    ]
    last = last_words(events)
    assert last is not None
    assert last.text == "Attention. Où ?"
    assert last.custom == {"expect": "yes_no", "barge_in": True}


def test_a_repetition_is_repeated_without_its_lead() -> None:
    events = [user("a"), bot("Je répète. Où ?", said="Où ?"), user("pardon")]
    last = last_words(events)
    assert last is not None
    assert last.text == "Où ?"


def test_a_second_repetition_knows_the_sentences_behind_the_words() -> None:
    asked = bot("Où est-ce ?", utter_action="utter_report_ask_place", problem="un trou")
    again = bot("Je répète. Où est-ce ?", utter_action="utter_repeat", said="Où est-ce ?")
    once = last_words([user("un trou"), asked, user("pardon")])
    assert once is not None
    assert (once.was_repeated, [sentence.name for sentence in once.sentences]) == (
        False,
        ["utter_report_ask_place"],
    )
    twice = last_words([user("un trou"), asked, user("pardon"), again, user("comment")])
    assert twice is not None
    assert twice.was_repeated
    assert twice.sentences == (Sentence("utter_report_ask_place", {"problem": "un trou"}),)


def test_nothing_said_is_nothing_to_repeat() -> None:
    assert last_words([user("pardon")]) is None


def test_a_reference_is_taken_from_the_words_or_given_up() -> None:
    known = advance(StatusQuery(), Turn(1, "c'est 26 0412 8", "inform", 0.9), "NIM", is_asked=True)
    assert known is not None
    assert known.reference == "c'est 26 0412 8"
    started = advance(
        StatusQuery(), Turn(1, "où en est mon signalement", "report_status", 0.9), "NIM", is_asked=False
    )
    assert started == StatusQuery()
    once = advance(StatusQuery(), Turn(1, "douze", "inform", 0.9), "NIM", is_asked=True)
    assert once == StatusQuery(misses=1)
    lost = advance(StatusQuery(), Turn(1, "je ne l'ai pas", "dont_know", 0.9), "NIM", is_asked=True)
    assert lost is not None
    assert lost.has_given_up


def test_progress_is_said_with_its_dates() -> None:
    city = load_city(ROOT / "city" / "nimes")
    status = ReportStatus(
        reference="NIM 26 0412 8",
        backend_id="1",
        problem_code="trou_chaussee",
        place_label="12 Rue de la République",
        requested_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        state=ReportState.OPEN,
        delivered=True,
        is_current=True,
        updated_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        expected_at=datetime(2026, 3, 12, 9, tzinfo=UTC),
    )
    assert spoken_date(status.updated_at) == "1er mars"
    assert spoken_progress(status, city) == (
        "Dernière nouvelle le 1er mars. Intervention prévue avant le 12 mars."
    )


def test_every_action_of_the_domain_is_served_and_no_other() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    served = {entry.name for entry in executor.list_actions()}
    declared: set[str] = set()
    for path in (ROOT / "domain").glob("*.yml"):
        declared |= set(yaml.safe_load(path.read_text(encoding="utf-8")).get("actions", []))
    assert served == declared
