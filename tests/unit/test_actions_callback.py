"""Noting a call-back: the service, the subject, the number."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.callback_draft import Asked, CallbackDraft, advance, begin, to_ask
from actions.phone_number import parse_phone, spoken_phone
from actions.service_match import SWITCHBOARD
from actions.turn import FALLBACK, Entity, Turn
from integrations.city import load_city
from integrations.directory_city import CityDirectory

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
MOBILE = "+33612345678"


@pytest.fixture(scope="module")
def directory() -> CityDirectory:
    return CityDirectory(load_city(NIMES))


def turn(text: str, intent: str = "talk_to_agent", caller: str = "", service: str = "") -> Turn:
    entities = (Entity("service", service, 0, 0),) if service else ()
    return Turn(1, text, intent, 0.99, entities=entities, caller=caller)


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("06 12 34 56 78", MOBILE),
        ("c'est le 0612345678", MOBILE),
        ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", MOBILE),
        ("06.12.34.56.78", MOBILE),
        ("+33 6 12 34 56 78", MOBILE),
        ("mon numéro zéro quatre soixante-six vingt zéro zéro douze", "+33466200012"),
        ("06 12 34", None),
        ("je ne sais pas", None),
        ("12 rue de la république", None),
    ],
)
def test_a_number_is_read_as_it_is_said(said: str, phone: str | None) -> None:
    assert parse_phone(said) == phone


def test_a_number_is_said_in_pairs() -> None:
    assert spoken_phone(MOBILE) == "06 12 34 56 78"
    assert spoken_phone("anonyme") == "anonyme"


def test_the_calling_number_is_proposed_not_taken(directory: CityDirectory) -> None:
    draft = begin(turn("un agent", caller="0612345678"), directory, subject="mon passeport")
    assert (draft.phone, draft.proposed) == ("", MOBILE)
    assert to_ask(draft) is Asked.PHONE
    agreed = advance(draft, Asked.PHONE, turn("oui", "affirm"), directory)
    assert agreed is not None
    assert (agreed.phone, to_ask(agreed)) == (MOBILE, None)


def test_another_number_can_be_given_instead(directory: CityDirectory) -> None:
    draft = begin(turn("un agent", caller="0612345678"), directory, subject="mon passeport")
    refused = advance(draft, Asked.PHONE, turn("non", "deny"), directory)
    assert refused is not None
    assert (refused.proposed, to_ask(refused)) == ("", Asked.PHONE)
    given = advance(draft, Asked.PHONE, turn("non plutôt le 06 39 98 12 34", "correct_that"), directory)
    assert given is not None
    assert given.phone == "+33639981234"


def test_the_service_named_is_found_and_is_the_subject(directory: CityDirectory) -> None:
    said = "passez moi le service des passeports"
    draft = begin(turn(said, service="service des passeports"), directory, "")
    assert (draft.service, draft.subject) == ("formalites", said)


def test_nobody_named_goes_to_the_switchboard_and_is_asked_why(directory: CityDirectory) -> None:
    draft = begin(turn("un agent"), directory, "")
    assert (draft.service, to_ask(draft)) == (SWITCHBOARD, Asked.SUBJECT)
    told = advance(draft, Asked.SUBJECT, turn("c'est pour une tombe", "inform"), directory)
    assert told is not None
    assert (told.subject, to_ask(told)) == ("c'est pour une tombe", Asked.PHONE)


def test_two_unusable_numbers_end_it_without_a_dead_end(directory: CityDirectory) -> None:
    draft = CallbackDraft(subject="x")
    once = advance(draft, Asked.PHONE, turn("zéro six", FALLBACK), directory)
    assert once is not None
    assert to_ask(once) is Asked.PHONE
    twice = advance(once, Asked.PHONE, turn("zéro six euh", FALLBACK), directory)
    assert twice is not None
    assert (twice.is_refused, to_ask(twice)) == (True, None)


def test_a_key_that_is_no_number_is_left_to_the_rules(directory: CityDirectory) -> None:
    key = Turn(1, "", "help", 1.0)
    assert advance(CallbackDraft(subject="x"), Asked.PHONE, key, directory) is None
    assert advance(CallbackDraft(), Asked.SUBJECT, key, directory) is None


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("à l'urbanisme", "urbanisme"),
        ("c'est au sujet de la cantine de mon fils", "education"),
        ("c'est une histoire personnelle", SWITCHBOARD),
        ("pour ma facture d'eau", SWITCHBOARD),
    ],
)
def test_the_subject_tells_which_service_calls_back(
    said: str, service: str, directory: CityDirectory
) -> None:
    told = advance(begin(turn("un agent"), directory, ""), Asked.SUBJECT, turn(said, "inform"), directory)
    assert told is not None
    assert (told.service, told.subject) == (service, said)
