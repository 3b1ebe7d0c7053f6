"""Which service a question about hours or contact is about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from actions.service_match import SWITCHBOARD
from actions.service_query import (
    ServiceQuery,
    Topic,
    Which,
    advance,
    begin,
    is_about_another_day,
    is_about_another_service,
    to_ask,
)
from actions.turn import Entity, Turn
from integrations.city import load_city
from integrations.directory_city import CityDirectory

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
NOTHING = ServiceQuery()
ANNEXES = ServiceQuery(choices=("mairie_saint_cesaire", "mairie_chemin_bas"), words="la mairie annexe")


@pytest.fixture(scope="module")
def directory() -> CityDirectory:
    return CityDirectory(load_city(NIMES))


def said(text: str, intent: str = "ask_opening_hours", service: str = "") -> Turn:
    entities = (Entity("service", service, 0, 0),) if service else ()
    return Turn(1, text, intent, 0.99, entities=entities)


@pytest.mark.parametrize(
    ("text", "service", "code"),
    [
        ("à quelle heure ça ferme l'état civil aujourd'hui", "état civil", "etat_civil"),
        ("la bibliothèque carré d'art est ouverte dimanche", "", "bibliotheque"),
        ("vous êtes ouverts samedi", "", SWITCHBOARD),
        ("le numéro de la préfecture", "préfecture", "prefecture"),
        ("donnez-moi le numéro de la police municipale", "police municipale", "police_municipale"),
    ],
)
def test_a_named_service_is_taken(text: str, service: str, code: str, directory: CityDirectory) -> None:
    query = begin(Topic.HOURS, said(text, service=service), NOTHING, directory)
    assert (query.code, query.words, to_ask(query)) == (code, text, None)


def test_two_services_of_a_name_are_chosen_from(directory: CityDirectory) -> None:
    query = begin(Topic.HOURS, said("la mairie annexe"), NOTHING, directory)
    assert len(query.choices) == 2
    assert to_ask(query) is Which.SERVICE
    picked = advance(ANNEXES, said("la deuxième", "inform"), directory)
    assert picked is not None
    assert (picked.code, picked.words) == ("mairie_chemin_bas", "la mairie annexe")
    named = advance(ANNEXES, said("celle de saint césaire", "inform"), directory)
    assert named is not None
    assert named.code == "mairie_saint_cesaire"


def test_a_question_without_a_name_is_about_the_last_service(directory: CityDirectory) -> None:
    last = ServiceQuery(topic=Topic.HOURS, code="etat_civil")
    assert begin(Topic.CONTACT, said("et le numéro"), last, directory).code == "etat_civil"


def test_an_unknown_service_is_asked_once_more_then_given_up(directory: CityDirectory) -> None:
    query = begin(Topic.CONTACT, said("je cherche un numéro", "ask_contact"), NOTHING, directory)
    assert to_ask(query) is Which.SERVICE
    once = advance(query, said("xyzzyk", "inform"), directory)
    assert once is not None
    assert (once.misses, to_ask(once)) == (1, Which.SERVICE)
    twice = advance(once, said("plugh", "inform"), directory)
    assert twice is not None
    assert (twice.has_given_up, to_ask(twice)) == (True, None)


def test_a_key_is_no_answer(directory: CityDirectory) -> None:
    assert advance(NOTHING, said("", "report_problem"), directory) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("et samedi matin", True),
        ("et demain", True),
        ("d'accord", False),
        ("il y a un trou depuis samedi devant le 12 rue de la République", False),
    ],
)
def test_another_day_goes_on_about_the_same_hours(text: str, expected: bool) -> None:
    told = ServiceQuery(topic=Topic.HOURS, code="etat_civil")
    assert is_about_another_day(said(text, "inform"), told, NOW) is expected
    assert not is_about_another_day(said(text, "inform"), NOTHING, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("et l'état civil", True),
        ("et pour l'urbanisme", True),
        ("passez-moi l'état civil", False),
        ("et samedi", False),
    ],
)
def test_the_same_is_asked_of_another_service(text: str, expected: bool, directory: CityDirectory) -> None:
    told = ServiceQuery(topic=Topic.HOURS, code=SWITCHBOARD)
    assert is_about_another_service(said(text, "talk_to_agent"), told, directory) is expected
    assert not is_about_another_service(said(text), NOTHING, directory)
