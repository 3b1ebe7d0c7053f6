"""The sounds under which each street and landmark of a city can be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.addresses_words import TITLES, kind_at, without_articles
from integrations.city import City
from integrations.city_models import Landmark, LandmarkKind, Street
from integrations.phonetics import sound, words
from integrations.protocols import Place

# What a name loses in score when it is not said in full.
_WITHOUT_ARTICLE = 0.98
_WITHOUT_TITLE = 0.97
_SURNAMES_FIRST = 0.95
_LAST_PART_ONLY = 0.92
# "aux Halles" is two sounds, and so are half the small words: ask.
_FEW_SOUNDS = 3
_SHORT_LANDMARK = 0.8
_FINAL_LETTERS = "sxztd"


@dataclass(frozen=True, slots=True)
class Key:
    """One way to say one place.

    sound: as `phonetics.sound` makes it. weight: what an exact match of this key scores.
    kind: the kind of street, which `sound` leaves out; "" when the sound is the whole name.
    """

    sound: str
    place: Place
    weight: float
    kind: str = ""


def street_keys(city: City) -> Iterator[Key]:
    """Every way to say the streets of a city."""
    for street in city.streets:
        place = Place(spoken="", street=street.name)
        for index, name in enumerate((street.name, *street.aliases)):
            yield from _name_keys(name, place, is_alias=index > 0)


def landmark_keys(city: City) -> Iterator[Key]:
    """Every way to say the landmarks and districts of a city."""
    streets = {street.name: street for street in city.streets}
    for landmark in city.landmarks:
        place = _landmark_place(landmark, streets)
        for name in (landmark.name, *landmark.aliases):
            for ending in _endings(sound(" ".join(without_articles(words(name)))), name):
                is_short = len(ending) < _FEW_SOUNDS
                yield Key(sound=ending, place=place, weight=_SHORT_LANDMARK if is_short else 1.0)


def _landmark_place(landmark: Landmark, streets: dict[str, Street]) -> Place:
    if landmark.kind is LandmarkKind.DISTRICT:
        return Place(
            spoken="", district=landmark.name, latitude=landmark.latitude, longitude=landmark.longitude
        )
    street = streets[landmark.street].name if landmark.street else ""
    return Place(
        spoken="",
        street=street,
        house_number=landmark.house_number,
        landmark=landmark.name,
        latitude=landmark.latitude,
        longitude=landmark.longitude,
    )


def _name_keys(name: str, place: Place, *, is_alias: bool) -> Iterator[Key]:
    said = words(name)
    kind, n_words = kind_at(said, 0)
    core = said[n_words:] or said
    if kind == "":
        yield Key(sound=sound(name), place=place, weight=1.0)
        return
    yield Key(sound=sound(name), place=place, weight=1.0)
    for part, weight in _parts(core):
        for ending in _endings(sound(" ".join(part)), name):
            yield Key(sound=ending, place=place, weight=weight, kind=kind)


def _parts(core: list[str]) -> Iterator[tuple[list[str], float]]:
    """What people say of "du Docteur Paul Cabouat", and what it is worth."""
    bare = without_articles(core)
    yield core, 1.0
    if bare != core:
        yield bare, _WITHOUT_ARTICLE
    if bare[0] in TITLES and len(bare) > 1:
        bare = bare[1:]
        yield bare, _WITHOUT_TITLE
    if len(bare) == 2:
        yield bare[::-1], _SURNAMES_FIRST
    if len(bare) > 1:
        last = without_articles(bare[1:])
        if len(sound(" ".join(last))) >= 3:
            yield last, _LAST_PART_ONLY


def _endings(silent: str, name: str) -> Iterator[str]:
    """The sound with its last letters silent, and as they are written: Alès, Uzès and Assas say their s."""
    if not silent:
        return
    yield silent
    last = name[-1].lower()
    if last in _FINAL_LETTERS and silent[-1] != last:
        yield silent + {"x": "ks", "d": "t"}.get(last, last)
