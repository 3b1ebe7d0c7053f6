"""What lies around the caller: what is looked for, from where, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.nearby_query import NearbyQuery, Where, advance, begin, is_about_nearby, to_ask, told
from actions.turn import FALLBACK, Entity, Turn
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import City, load_city
from integrations.nearby import Nearby, PublicKind, nearest

NIMES = Path(__file__).resolve().parents[2] / "city" / "nimes"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(NIMES)


@pytest.fixture(scope="module")
def addresses(city: City) -> Gazetteer:
    return Gazetteer(city)


def said(
    text: str, intent: str = "inform", landmark: str = "", position: tuple[float, float] | None = None
) -> Turn:
    start = text.index(landmark) if landmark else 0
    entities = (Entity("landmark", landmark, start, start + len(landmark)),) if landmark else ()
    return Turn(1, text, intent, 0.99, entities=entities, position=position)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qu'est-ce qu'il y a autour de moi", True),
        ("où est la piscine la plus proche", True),
        ("des toilettes pas loin de chez moi", True),
        ("il y a un parc dans le coin ?", True),
        ("il y a un trou près de l'école", False),
        ("à quelle heure ouvre la piscine", False),
    ],
)
def test_a_question_about_what_is_near_is_recognised(text: str, expected: bool) -> None:
    assert is_about_nearby(text) is expected


def test_what_and_from_where_in_one_sentence(addresses: Gazetteer) -> None:
    query = begin(said("la bibliothèque la plus proche des arènes", landmark="arènes"), addresses)
    assert query.kind is PublicKind.LIBRARY
    assert query.place is not None
    assert (query.place.landmark, to_ask(query)) == ("Arènes de Nîmes", None)


def test_the_place_is_asked_then_given_up(addresses: Gazetteer) -> None:
    query = begin(said("un musée autour de moi"), addresses)
    assert (query.kind, to_ask(query)) == (PublicKind.MUSEUM, Where.PLACE)
    once = advance(query, said("chez xyzzyk", FALLBACK), addresses)
    assert once is not None
    assert (once.misses, to_ask(once)) == (1, Where.PLACE)
    twice = advance(once, said("chez xyzzyk", FALLBACK), addresses)
    assert twice is not None
    assert to_ask(twice) is None
    found = advance(once, said("devant les arènes"), addresses)
    assert found is not None
    assert found.place is not None
    assert advance(query, said(""), addresses) is None


def test_a_position_needs_no_words(addresses: Gazetteer) -> None:
    query = begin(said("les musées autour de moi", position=(43.8349, 4.3596)), addresses)
    assert query.place is not None
    assert query.place.latitude == 43.8349


def test_distances_are_told_as_they_are_said(city: City) -> None:
    first, second, third = city.landmarks[:3]
    near = (Nearby(first, 0), Nearby(second, 350), Nearby(third, 1500))
    assert told(near) == (
        f"{first.name} : vous y êtes. {second.name} : à environ 350 mètres. "
        f"{third.name} : à environ 1,5 kilomètre."
    )


def test_the_nearest_museums_of_the_arenas_are_told(city: City, addresses: Gazetteer) -> None:
    query = begin(said("un musée près de moi aux arènes", landmark="arènes"), addresses)
    assert isinstance(query, NearbyQuery)
    found = nearest(query.place, city, query.kind) if query.place else None
    assert found
    assert "mètres" in told(found)
