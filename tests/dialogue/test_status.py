"""The state of a report, asked with the reference that was given for it."""

from __future__ import annotations

import re

import pytest

from tests.dialogue.engine import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_reference_that_was_given_finds_the_report(engine: Engine) -> None:
    engine.forget_reports()
    talk = engine.conversation()
    talk.say("il y a un lampadaire en panne au 12 rue de la République")
    talk.say("oui")
    filed = talk.say("non")
    spoken = re.search(r"référence est ([\d ,]+)\.", filed.text)
    assert spoken is not None
    later = engine.conversation()
    assert later.say("où en est mon signalement").names == ["utter_status_ask_reference"]
    told = later.say(f"c'est {spoken[1]}")
    # Nobody has delivered it to the city's system yet, and that system does not answer.
    assert told.names == ["utter_status_found_waiting"]


def test_a_wrong_reference_is_asked_again_then_a_person_is_offered(engine: Engine) -> None:
    talk = engine.conversation()
    talk.say("où en est mon signalement")
    again = talk.say("c'est le douze")
    assert (again.names, again.custom["expect"]) == (["utter_status_ask_reference_again"], "reference")
    assert talk.say("je ne l'ai pas").names == ["utter_status_unknown"]
    assert talk.say("oui").names == ["utter_callback_propose_phone"]
