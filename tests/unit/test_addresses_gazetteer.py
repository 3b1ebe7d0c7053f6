"""Streets, numbers, crossings and landmarks of Nîmes, from what a recogniser wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.addresses_gazetteer import ACCEPT, Gazetteer, Verdict, verdict
from integrations.city import load_city
from integrations.protocols import Addresses, Place

NIMES = Path(__file__).parents[2] / "city" / "nimes"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(load_city(NIMES))


def _best(gazetteer: Gazetteer, spoken: str) -> Place:
    candidates = gazetteer.match(spoken)
    assert candidates, spoken
    return candidates[0].place


def test_it_is_what_the_dialogue_asks_for(gazetteer: Gazetteer) -> None:
    addresses: Addresses = gazetteer
    assert addresses.match("rue Hoche", limit=1)[0].place.street == "Rue Hoche"


def test_the_callers_words_are_kept(gazetteer: Gazetteer) -> None:
    assert _best(gazetteer, "à venir bon part").spoken == "à venir bon part"


def test_candidates_are_best_first_and_distinct(gazetteer: Gazetteer) -> None:
    candidates = gazetteer.match("rue des lauriers", limit=3)
    scores = [candidate.score for candidate in candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({candidate.place.label for candidate in candidates}) == len(candidates)
    assert all(0.0 <= score <= 1.0 for score in scores)


@pytest.mark.parametrize(
    ("spoken", "number"),
    [
        ("12 rue de la République", "12"),
        ("douze bis rue de la république", "12 bis"),
        ("au 12 de la rue de la république", "12"),
        ("rue de la république au 12", "12"),
        ("rue de la république numéro 12 ter", "12 ter"),
        ("1 200 rue de la république", "1200"),
        ("deux rue de la république", "2"),
        ("12 A rue de la république", "12 A"),
        ("rue de la république", ""),
        ("rue de la république 30000 nîmes", ""),
    ],
)
def test_the_house_number_is_found(gazetteer: Gazetteer, spoken: str, number: str) -> None:
    place = _best(gazetteer, spoken)
    assert (place.street, place.house_number) == ("Rue de la République", number)


def test_a_number_in_a_name_is_no_house_number(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "rue du onze novembre mille neuf cent dix-huit")
    assert (place.street, place.house_number) == ("Rue du 11 Novembre 1918", "")
    place = _best(gazetteer, "6 allée des quatre vents")
    assert (place.street, place.house_number) == ("Allée des 4 Vents", "6")


def test_a_crossing_names_both_streets(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "à l'angle de la rue de la république et de la rue jean reboul")
    assert place.street == "Rue de la République"
    assert place.landmark == "angle Rue Jean Reboul"
    assert place.label == "Rue de la République, angle Rue Jean Reboul"


def test_a_misheard_word_for_the_crossing_is_a_crossing_too(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "à longue de la rue hoche et de la rue de beaucaire")
    assert (place.street, place.landmark) == ("Rue Hoche", "angle Rue de Beaucaire")


def test_a_landmark_does_not_cross_a_street(gazetteer: Gazetteer) -> None:
    assert _best(gazetteer, "à l'angle de la gare et du boulevard talabot").street == "Boulevard Talabot"


def test_a_crossing_without_a_second_street_is_a_street(gazetteer: Gazetteer) -> None:
    assert _best(gazetteer, "au coin de la rue hoche").street == "Rue Hoche"


def test_a_landmark_brings_what_is_known_of_it(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "devant les arènes")
    assert place.landmark == "Arènes de Nîmes"
    assert place.street == "Place des Arènes"
    assert place.latitude == pytest.approx(43.835, abs=0.01)


def test_a_street_named_after_a_landmark_is_the_street(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "quai de la fontaine")
    assert (place.street, place.landmark) == ("Quai de la Fontaine", "")


def test_a_district_is_not_enough_to_drive_there(gazetteer: Gazetteer) -> None:
    place = _best(gazetteer, "au mas de mingue")
    assert place.district == "Mas de Mingue"
    assert not Place(spoken="", district=place.district).is_located


def test_a_clear_street_is_taken(gazetteer: Gazetteer) -> None:
    assert verdict(gazetteer.match("boulevard gambéta")) is Verdict.TAKE
    assert gazetteer.match("boulevard gambéta")[0].score >= ACCEPT


def test_two_streets_of_one_name_are_asked_about(gazetteer: Gazetteer) -> None:
    candidates = gazetteer.match("les acanthes")
    assert verdict(candidates) is Verdict.ASK
    assert {c.place.street for c in candidates[:2]} == {"Rue des Acanthes", "Impasse des Acanthes"}


@pytest.mark.parametrize("spoken", ["", "euh", "je ne sais pas", "oui voilà", "la rue est défoncée", "12"])
def test_what_names_no_place_is_not_taken(gazetteer: Gazetteer, spoken: str) -> None:
    assert verdict(gazetteer.match(spoken)) is not Verdict.TAKE


def test_a_very_long_text_is_read_in_part(gazetteer: Gazetteer) -> None:
    assert gazetteer.match("rue hoche " + "bla " * 5_000)[0].place.street == "Rue Hoche"
