"""What stands in city/nimes/ is enough for the switchboard, and honest about what is not public."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.city import City, load_city

NIMES = Path(__file__).parents[2] / "city" / "nimes"
FICTION = re.compile(r"04 65 71 \d\d \d\d|06 39 98 \d\d \d\d")
GEOGRAPHIC_OR_MOBILE = re.compile(r"0[1-7] .*")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


def test_the_ten_categories_hold_at_least_forty_problems(city: City) -> None:
    assert len(city.categories) == 10
    assert len(city.problem_types) >= 40
    assert {problem.category for problem in city.problem_types.values()} == set(city.categories)


def test_at_least_twenty_five_services_can_be_reached(city: City) -> None:
    assert len(city.services) >= 25
    assert all(service.transfer_to for service in city.services.values())


def test_numbers_that_are_dialled_and_not_public_are_fictional(city: City) -> None:
    lines = [city.info.switchboard, city.info.on_call, city.info.fallback]
    dialled = [line.number for line in lines if line.a_verifier]
    dialled += [s.transfer_to for s in city.services.values() if s.a_verifier and s.transfer_to]
    dialled += [a.phone for a in city.authorities.values() if a.a_verifier and a.phone]
    assert [number for number in dialled if not FICTION.fullmatch(number)] == []


def test_a_fictional_number_is_marked(city: City) -> None:
    entries = [*city.services.values(), *city.authorities.values()]
    unmarked = [e.code for e in entries if not e.a_verifier and e.phone and FICTION.fullmatch(e.phone)]
    assert unmarked == []


def test_emergency_numbers_are_the_national_ones(city: City) -> None:
    assert {line.number for line in city.info.emergency_numbers} == {"112", "15", "17", "18", "114"}


def test_what_is_dangerous_is_urgent(city: City) -> None:
    assert [p.code for p in city.problem_types.values() if p.danger and p.priority != 1] == []


def test_a_required_question_is_short_enough_to_be_heard(city: City) -> None:
    questions = [question for problem in city.problem_types.values() for question in problem.questions]
    assert [q.text for q in questions if len(q.text.split()) > 13 or not q.text.endswith(" ?")] == []


def test_streets_known_to_be_missing_from_the_source_are_there(city: City) -> None:
    names = {street.name for street in city.streets}
    assert {"Place de la Maison Carrée", "Esplanade Charles-de-Gaulle", "Route d'Arles"} <= names
    assert len(names) >= 1_800


def test_landmarks_of_every_kind_are_there(city: City) -> None:
    kinds = {landmark.kind for landmark in city.landmarks}
    assert {"school", "monument", "station", "park", "market", "district"} <= kinds
