"""The nearest public places: measured, of the kind asked for, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from integrations.city import City, load_city
from integrations.city_models import Landmark
from integrations.nearby import Position, PublicKind, distance_m, nearest, position_of, spoken_distance_m
from integrations.protocols import Place

NIMES = Path(__file__).parents[2] / "city" / "nimes"
# One thousandth of a degree of latitude.
_STEP_M = 111.2


@pytest.fixture(scope="module")
def nimes() -> City:
    return load_city(NIMES)


@pytest.fixture(scope="module")
def city(nimes: City) -> City:
    """A town on one meridian, a step of latitude between its places."""
    places = [
        ("Gare", "station", 0),
        ("Parking de la Gare", "station", 1),
        ("Piscine", "sport", 2),
        ("Stade", "sport", 3),
        ("Mairie annexe", "administration", 4),
        ("Préfecture", "administration", 5),
        ("Pharmacie", "shop", 6),
        ("Faubourg", "district", 10),
        ("Bibliothèque", "culture", 11),
    ]
    landmarks = [
        Landmark.model_validate({"name": name, "kind": kind, "latitude": 43.8 + n / 1000, "longitude": 4.36})
        for name, kind, n in places
    ]
    unknown = Landmark.model_validate({"name": "Musée", "kind": "culture", "street": "Rue Haute"})
    school = {"name": "École", "kind": "school", "street": "Rue Basse", "latitude": 43.82, "longitude": 4.36}
    return replace(nimes, landmarks=(*landmarks, unknown, Landmark.model_validate(school)))


def names(place: Place, city: City, kind: PublicKind | None = None) -> list[str]:
    found = nearest(place, city, kind)
    assert found is not None
    return [each.landmark.name for each in found]


def test_a_step_of_latitude_is_measured() -> None:
    assert distance_m(Position(43.8, 4.36), Position(43.801, 4.36)) == pytest.approx(_STEP_M, abs=0.1)


def test_a_step_of_longitude_is_shorter_so_far_north() -> None:
    assert distance_m(Position(43.8, 4.36), Position(43.8, 4.361)) == pytest.approx(80.3, abs=0.1)


def test_the_nearest_three_come_first_without_the_place_itself(city: City) -> None:
    place = Place("la gare", landmark="Gare")
    found = nearest(place, city)
    assert found is not None
    assert [(each.landmark.name, each.distance_m) for each in found] == [
        ("Parking de la Gare", 100),
        ("Piscine", 200),
        ("Stade", 350),
    ]


def test_shops_and_districts_are_not_public_places(city: City) -> None:
    assert names(Place("", latitude=43.8065, longitude=4.36), city) == [
        "Préfecture",
        "Mairie annexe",
        "Stade",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PublicKind.PARKING, ["Parking de la Gare"]),
        (PublicKind.POOL, ["Piscine"]),
        (PublicKind.SPORT, ["Piscine", "Stade"]),
        (PublicKind.TOWN_HALL, ["Mairie annexe"]),
        (PublicKind.LIBRARY, ["Bibliothèque"]),
        (PublicKind.SCHOOL, ["École"]),
        (PublicKind.MUSEUM, []),
        (PublicKind.TOILETS, []),
    ],
)
def test_one_kind_only(city: City, kind: PublicKind, expected: list[str]) -> None:
    assert names(Place("", latitude=43.8, longitude=4.36), city, kind) == expected


def test_coordinates_come_before_names(city: City) -> None:
    place = Place("", landmark="Gare", latitude=43.9, longitude=4.4)
    assert position_of(place, city) == Position(43.9, 4.4)


@pytest.mark.parametrize(
    ("place", "latitude"),
    [
        (Place("", landmark="gare"), 43.8),
        (Place("", district="Faubourg"), 43.81),
        (Place("", street="Rue Basse"), 43.82),
    ],
)
def test_a_place_is_found_by_what_is_known_of_it(city: City, place: Place, latitude: float) -> None:
    found = position_of(place, city)
    assert found is not None
    assert found.latitude == pytest.approx(latitude)


@pytest.mark.parametrize(
    "place", [Place("chez moi"), Place("", street="Rue Haute"), Place("", landmark="Musée")]
)
def test_an_unknown_place_has_no_neighbours(city: City, place: Place) -> None:
    assert nearest(place, city) is None


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, 0), (24, 0), (25, 50), (74, 50), (130, 150), (480, 500), (540, 500), (1490, 1500), (2300, 2500)],
)
def test_distances_are_rounded_as_people_say_them(metres: float, said: int) -> None:
    assert spoken_distance_m(metres) == said


def test_around_the_arenas_of_nimes(nimes: City) -> None:
    found = nearest(Place("", landmark="les arènes"), nimes, PublicKind.MUSEUM)
    assert found is not None
    assert found[0].landmark.name == "Musée de la Romanité"
    assert found[0].distance_m <= 200
