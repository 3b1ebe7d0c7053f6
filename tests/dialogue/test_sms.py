"""What callers are sent by SMS: only after a yes, only to a mobile."""

from __future__ import annotations

import pytest

from tests.dialogue.engine import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.slow, pytest.mark.timeout(900)]
MOBILE, LANDLINE = "+33639980123", "+33465710123"


def report(engine: Engine, caller: str, keeps_number: str) -> list[str]:
    engine.forget_reports()
    talk = engine.conversation(caller)
    talk.say("il y a un lampadaire en panne au 12 rue de la République")
    talk.say("oui")
    return talk.say(keeps_number).names


def sent_to(engine: Engine, phone: str) -> list[str]:
    return [text for to, text in engine.sms.sent if to == phone]


def test_the_reference_is_sent_to_a_mobile_after_a_yes(engine: Engine) -> None:
    assert report(engine, MOBILE, "oui") == ["utter_report_filed", "utter_sms_sent", "utter_more"]
    (text,) = sent_to(engine, MOBILE)
    assert "NIM 26" in text


def test_nothing_is_sent_after_a_no_or_to_a_landline(engine: Engine) -> None:
    before = len(engine.sms.sent)
    assert report(engine, MOBILE, "non") == ["utter_report_filed", "utter_more"]
    assert report(engine, LANDLINE, "oui") == ["utter_report_filed", "utter_more"]
    assert len(engine.sms.sent) == before


def test_the_link_of_a_procedure_is_offered_and_sent(engine: Engine) -> None:
    talk = engine.conversation("+33639980124")
    talk.say("je voudrais refaire mon passeport")
    assert talk.say("est-ce que ça se fait en ligne").names == ["utter_procedure_detail", "utter_offer_link"]
    assert talk.say("oui").names == ["utter_sms_sent", "utter_more"]
    (text,) = sent_to(engine, "+33639980124")
    assert "https://" in text


def test_no_link_is_offered_to_a_landline(engine: Engine) -> None:
    talk = engine.conversation(LANDLINE)
    # Both answers say for the record which procedure it is.
    asked = talk.say("je voudrais refaire mon passeport")
    detail = talk.say("est-ce que ça se fait en ligne")
    assert detail.names == ["utter_procedure_detail", "utter_more"]
    assert asked.procedure == detail.procedure == "passeport_majeur"
    assert talk.say("merci au revoir").procedure == ""
