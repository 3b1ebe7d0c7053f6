"""When two reports are about the same place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.protocols import Place
from integrations.report_places import Point, address_key, box_around, distance_m, place_key, point_of

ARENA = Point(43.8349, 4.3596)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 rue de la République", "12, RUE DE LA REPUBLIQUE"),
        ("12 bis, av. du Gal Leclerc", "12bis avenue Général-Leclerc"),
        ("3 bd Victor Hugo, 30000 Nîmes", "3 boulevard Victor-Hugo"),
        ("place d'Assas", "Pl. Assas"),
        ("rue du Sacré-Cœur", "rue du sacre coeur"),
    ],
)
def test_spellings_of_one_address(one: str, other: str) -> None:
    assert address_key(one) == address_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 rue de la République", "14 rue de la République"),
        ("12 rue de la République", "rue de la République"),
        ("12 rue Nationale", "12 place Nationale"),
        ("1 rue X", "11 rue X"),
    ],
)
def test_other_addresses(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


def test_words_that_nobody_grounded_are_no_address() -> None:
    assert place_key(Place("par là", district="Courbessac")) == ""
    assert place_key(Place("aux arènes", landmark="Arènes de Nîmes")) == "arenes nimes"
    assert address_key(" , ") == ""


@pytest.mark.parametrize(
    ("place", "is_exact"),
    [
        (Place("", "rue X", "12", latitude=43.8, longitude=4.3), True),
        (Place("", landmark="Arènes", latitude=43.8, longitude=4.3), True),
        (Place("ici", latitude=43.8, longitude=4.3), True),
        (Place("", "rue X", latitude=43.8, longitude=4.3), False),
        (Place("", district="Courbessac", latitude=43.8, longitude=4.3), False),
        (Place("", "rue X", "12"), False),
    ],
)
def test_the_middle_of_a_street_or_district_is_no_exact_place(place: Place, is_exact: bool) -> None:
    assert (point_of(place) is not None) == is_exact


def test_distances_along_the_ground() -> None:
    north = Point(ARENA.latitude + 50 / 111_195, ARENA.longitude)
    assert distance_m(ARENA, north) == pytest.approx(50, abs=0.01)
    # One degree of longitude at Nîmes.
    assert distance_m(ARENA, Point(ARENA.latitude, ARENA.longitude + 1)) == pytest.approx(80_208, rel=1e-3)
    assert distance_m(ARENA, ARENA) == 0


@given(
    latitude=st.floats(-80, 80),
    longitude=st.floats(-170, 170),
    up=st.floats(-0.001, 0.001),
    across=st.floats(-0.003, 0.003),
)
def test_the_box_holds_all_that_is_near(latitude: float, longitude: float, up: float, across: float) -> None:
    here, there = Point(latitude, longitude), Point(latitude + up, longitude + across)
    box = box_around(here)
    if distance_m(here, there) <= 50:
        assert box.south <= there.latitude <= box.north
        assert box.west <= there.longitude <= box.east
