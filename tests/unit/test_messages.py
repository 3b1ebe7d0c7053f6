"""The sentences of the machine: how they are read, filled in and told apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.city_yaml import CityDataError
from integrations.messages import (
    Message,
    MessageCatalogue,
    MessageError,
    load_messages,
    placeholders,
    responses_yaml,
)

ROOT = Path(__file__).resolve().parents[2]
NIMES = ROOT / "city" / "nimes"

TWO = """
utter_ask:
  voice: ["Où est-ce ?", "Quelle est l'adresse ?", "{problem}, d'accord. Où est-ce ?"]
  chat: ["Où ?"]
  expect: address
  buttons: [{title: Ici, payload: ici}]
utter_bye:
  voice: ["au revoir"]
  expect: none
  barge_in: false
  action: {type: transfer, service: "{service}"}
"""


def catalogue(tmp_path: Path, text: str) -> MessageCatalogue:
    (tmp_path / "messages.yml").write_text(text, encoding="utf-8")
    return load_messages(tmp_path)


@pytest.fixture(scope="module")
def nimes() -> MessageCatalogue:
    return load_messages(NIMES)


def test_variants_take_turns(tmp_path: Path) -> None:
    messages = catalogue(tmp_path, TWO)
    said = [messages.render("utter_ask", "voice", {}, uses).text for uses in range(3)]
    assert said == ["Où est-ce ?", "Quelle est l'adresse ?", "Où est-ce ?"]


def test_a_variant_is_passed_over_when_its_value_is_missing(tmp_path: Path) -> None:
    messages = catalogue(tmp_path, TWO)
    assert messages.render("utter_ask", "voice", {"problem": ""}, 2).text == "Où est-ce ?"
    filled = messages.render("utter_ask", "voice", {"problem": "un trou"}, 2)
    assert filled.text == "Un trou, d'accord. Où est-ce ?"


def test_the_channel_chooses_the_wording_and_the_buttons(tmp_path: Path) -> None:
    messages = catalogue(tmp_path, TWO)
    assert messages.render("utter_ask", "voice", {}, 0).buttons == ()
    chat = messages.render("utter_ask", "chat", {}, 0)
    assert chat.text == "Où ?"
    assert chat.buttons == ({"title": "Ici", "payload": "ici"},)
    assert messages.render("utter_bye", "chat", {}, 0).text == "Au revoir"


def test_custom_tells_the_call_what_to_expect(tmp_path: Path) -> None:
    messages = catalogue(tmp_path, TWO)
    assert messages.render("utter_ask", "voice", {}, 0).custom == {"expect": "address", "barge_in": True}
    assert messages.render("utter_bye", "voice", {"service": "voirie"}, 0).custom == {
        "expect": "none",
        "barge_in": False,
        "action": {"type": "transfer", "service": "voirie"},
    }


def test_a_transfer_may_carry_what_the_agent_is_told(tmp_path: Path) -> None:
    text = (
        'utter_t: {voice: ["V"], expect: none, action: {type: transfer, service: a, summary: "{what} ici"}}'
    )
    messages = catalogue(tmp_path, text)
    told = messages.render("utter_t", "voice", {"what": "trou"}, 0).custom["action"]
    assert told == {"type": "transfer", "service": "a", "summary": "trou ici"}
    assert messages.render("utter_t", "voice", {}, 0).custom["action"]["summary"] == ""


def test_an_unknown_name_and_a_missing_value_are_errors(tmp_path: Path) -> None:
    messages = catalogue(tmp_path, "utter_x: {voice: ['{a}'], expect: none}")
    with pytest.raises(MessageError, match="utter_y"):
        messages.render("utter_y", "voice", {}, 0)
    with pytest.raises(MessageError, match="utter_x"):
        messages.render("utter_x", "voice", {"a": None}, 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("utter_a:\n  voice: ['Quoi ?']", r"messages.yml:1: utter_a: .*two variants"),
        ("utter_a:\n  voice: ['']\n  expect: none", r"messages.yml:2: utter_a.voice.0: .*empty"),
        ("utter_a:\n  voice: ['{a.b}']\n  expect: none", r"plain placeholder"),
        ("utter_a:\n  voice: ['a', 'b']\n  expect: maybe", r"messages.yml:3: utter_a.expect"),
        ("other_a:\n  voice: ['a', 'b']", r"other_a"),
        ("utter_a:\n  voice: ['a', 'b']\n  voise: ['c']", r"messages.yml:3: utter_a.voise"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(CityDataError, match=reason):
        catalogue(tmp_path, text)


def test_the_domain_declares_every_sentence_of_the_dialogue(nimes: MessageCatalogue) -> None:
    written = (ROOT / "domain" / "responses.yml").read_text(encoding="utf-8")
    assert written == responses_yaml(nimes), "run `python -m integrations.messages --write-responses`"


def test_what_is_said_can_be_spoken(nimes: MessageCatalogue) -> None:
    for name in nimes.messages:
        for text in nimes.variants(name, "voice"):
            assert not re.search(r"https?:|www\.|[*_#<>|]|\b[A-ZÉ]{4,}\b", _words(text)), f"{name}: {text}"
            for sentence in re.split(r"[.?!:;]\s", text):
                assert len(sentence.split()) <= 20, f"{name} has a sentence too long for the ear: {sentence}"


def test_the_opening_says_that_a_machine_answers_and_is_heard_whole(nimes: MessageCatalogue) -> None:
    opening = nimes.render("call_opening", "voice", {}, 0)
    assert "automatique" in opening.text
    assert opening.custom["barge_in"] is False


def test_the_calls_own_sentences_need_no_value_but_the_number_to_call(nimes: MessageCatalogue) -> None:
    calls = [name for name in nimes.messages if name.startswith("call_")]
    assert len(calls) >= 12
    wanting = {
        name: placeholders(text) for name in calls for text in nimes.variants(name) if placeholders(text)
    }
    assert wanting == {"call_emergency": {"number"}, "call_transfer_whisper": {"summary"}}
    assert len(nimes.variants("call_not_heard")) >= 3
    assert len(nimes.variants("call_filler")) >= 3


def test_nothing_asks_for_an_answer_and_ends_the_call(nimes: MessageCatalogue) -> None:
    for name, message in nimes.messages.items():
        if message.action is not None and message.action.type == "hangup":
            assert message.expect == "none", name


def _words(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def test_a_value_that_begins_a_sentence_is_capitalised() -> None:
    catalogue = MessageCatalogue({"utter_x": Message(voice=("{who} arrive. {who} s'en occupe.", "x"))})
    rendered = catalogue.render("utter_x", "voice", {"who": "la voirie"}, previous_uses=0)
    assert rendered.text == "La voirie arrive. La voirie s'en occupe."
