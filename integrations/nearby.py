"""« Autour de moi » : the public places nearest to where a caller says to be.

Few streets and places have coordinates, so an answer is often partial: places that are not on the map are
never guessed, and when the caller's own place is not known there is no answer at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from integrations.city import City
from integrations.city_models import Landmark, LandmarkKind
from integrations.procedures_words import plain
from integrations.protocols import Place

AT_MOST = 3
_EARTH_RADIUS_M = 6_371_000
# Under this, the place is where the caller stands.
_HERE_M = 25


class PublicKind(StrEnum):
    """What people look for around them."""

    TOILETS = "toilets"
    PARKING = "parking"
    SCHOOL = "school"
    LIBRARY = "library"
    POOL = "pool"
    TOWN_HALL = "town_hall"
    PARK = "park"
    MUSEUM = "museum"
    MARKET = "market"
    STATION = "station"
    CEMETERY = "cemetery"
    SPORT = "sport"


# Where each kind is found among the landmarks, and the words of a name that tell it from the others there; a
# district is where people are, never where they go. Shops, clinics and pharmacies are not public services.
_FOUND_AS: Mapping[PublicKind, tuple[LandmarkKind | None, tuple[str, ...]]] = {
    PublicKind.TOILETS: (None, ("toilettes", "sanisette")),
    PublicKind.PARKING: (None, ("parking",)),
    PublicKind.SCHOOL: (LandmarkKind.SCHOOL, ()),
    PublicKind.LIBRARY: (None, ("mediatheque", "bibliotheque")),
    PublicKind.POOL: (LandmarkKind.SPORT, ("piscine",)),
    PublicKind.TOWN_HALL: (LandmarkKind.ADMINISTRATION, ("hotel de ville", "mairie")),
    PublicKind.PARK: (LandmarkKind.PARK, ()),
    PublicKind.MUSEUM: (LandmarkKind.CULTURE, ("musee", "museum", "carre d'art")),
    PublicKind.MARKET: (LandmarkKind.MARKET, ()),
    PublicKind.STATION: (LandmarkKind.STATION, ("gare",)),
    PublicKind.CEMETERY: (LandmarkKind.CEMETERY, ()),
    PublicKind.SPORT: (LandmarkKind.SPORT, ()),
}
_NOT_PUBLIC = frozenset({LandmarkKind.DISTRICT, LandmarkKind.HEALTH, LandmarkKind.SHOP})


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the map, degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Nearby:
    """A public place and how far it is, as the crow flies; distance_m is rounded as people say it."""

    landmark: Landmark
    distance_m: int


def position_of(place: Place, city: City) -> Position | None:
    """Where a place is: by its own coordinates, else its landmark, its district, a landmark of its street.

    None when nothing of it is on the map. A district, or a street known by a landmark on it, is one point
    for the whole of it: distances from there are rough.
    """
    if place.latitude is not None and place.longitude is not None:
        return Position(place.latitude, place.longitude)
    for name in (place.landmark, place.district):
        if name:
            found = _first_on_the_map(each for each in city.landmarks if _is_called(each, name))
            if found is not None:
                return found
    if not place.street:
        return None
    return _first_on_the_map(each for each in city.landmarks if each.street == place.street)


def nearest(
    place: Place, city: City, kind: PublicKind | None = None, limit: int = AT_MOST
) -> tuple[Nearby, ...] | None:
    """The public places nearest to `place`, nearest first; of one kind, or of any.

    None when nobody knows where `place` is. Empty when no such place of the city is on the map: there may be
    some, so say that they are not known, never that there are none.
    """
    origin = position_of(place, city)
    if origin is None:
        return None
    measured = []
    for landmark in city.landmarks:
        there = _position(landmark)
        if there is not None and _is_wanted(landmark, kind) and not _is_called(landmark, place.landmark):
            measured.append((distance_m(origin, there), landmark))
    measured.sort(key=lambda pair: pair[0])
    return tuple(Nearby(landmark, spoken_distance_m(metres)) for metres, landmark in measured[:limit])


def distance_m(one: Position, other: Position) -> float:
    """Metres between two points as the crow flies."""
    south, north = radians(one.latitude), radians(other.latitude)
    half_height = sin((north - south) / 2)
    half_width = sin(radians(other.longitude - one.longitude) / 2)
    chord = half_height**2 + cos(south) * cos(north) * half_width**2
    return 2 * _EARTH_RADIUS_M * asin(sqrt(chord))


def spoken_distance_m(metres: float) -> int:
    """A distance as people say it: by 50 m up to 500 m, by 100 m up to 2 km, then by 500 m; 0 means here."""
    if metres < _HERE_M:
        return 0
    step = 50 if metres < 500 else 100 if metres < 2000 else 500
    return max(step, round(metres / step) * step)


def _is_wanted(landmark: Landmark, kind: PublicKind | None) -> bool:
    if kind is None:
        return landmark.kind not in _NOT_PUBLIC
    found_as, words = _FOUND_AS[kind]
    if found_as is not None and landmark.kind is not found_as:
        return False
    names = [plain(name.casefold()) for name in (landmark.name, *landmark.aliases)]
    return not words or any(word in name for word in words for name in names)


def _is_called(landmark: Landmark, name: str) -> bool:
    return bool(name) and name.casefold() in {each.casefold() for each in (landmark.name, *landmark.aliases)}


def _first_on_the_map(landmarks: Iterable[Landmark]) -> Position | None:
    return next((there for there in map(_position, landmarks) if there is not None), None)


def _position(landmark: Landmark) -> Position | None:
    if landmark.latitude is None or landmark.longitude is None:
        return None
    return Position(landmark.latitude, landmark.longitude)
