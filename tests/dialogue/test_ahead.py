"""What the voice is told will come is what is said then, to the letter: else it is rendered for nothing."""

from __future__ import annotations

import pytest

from tests.dialogue.engine import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_details_of_a_procedure_are_known_while_they_are_offered(engine: Engine) -> None:
    talk = engine.conversation()
    offered = talk.say("je veux refaire mon passeport")
    assert offered.names == ["utter_procedure_summary", "utter_procedure_offer_details"]
    (coming,) = offered.custom["ahead"]
    told = talk.say("oui")
    assert told.names[0] == "utter_procedure_detail"
    assert told.text.startswith(coming)


def test_the_number_of_a_call_back_is_known_while_its_subject_is_asked(engine: Engine) -> None:
    talk = engine.conversation()
    asked = talk.say("je voudrais être rappelé")
    assert asked.names == ["utter_callback_ask_subject"]
    (coming,) = asked.custom["ahead"]
    proposed = talk.say("c'est pour mon passeport")
    assert proposed.names[-1] == "utter_callback_propose_phone"
    assert proposed.text.endswith(coming)


def test_what_was_ahead_is_left_out_when_a_question_is_asked_again(engine: Engine) -> None:
    talk = engine.conversation()
    talk.say("je veux refaire mon passeport")
    for _ in range(2):
        again = talk.say("vous pouvez répéter ?")
    assert again.names == ["utter_procedure_summary", "utter_procedure_offer_details"]
