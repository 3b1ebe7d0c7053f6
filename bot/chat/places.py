"""Names a position: the nearest places that the city's data knows. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.city import City

EARTH_RADIUS_M = 6_371_000
# Further away than this from the city's centre is not the city's.
CITY_RADIUS_M = 14_000
# Further away than this, a name would mislead: the coordinates alone are told.
NEAR_M = 1_200


@dataclass(frozen=True, slots=True)
class NearbyPlace:
    """label: a street or a landmark as the city writes it. distance_m: to the position asked about."""

    label: str
    distance_m: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Known:
    label: str
    latitude: float
    longitude: float


class Places:
    """The places of one city whose coordinates are known."""

    def __init__(self, city: City) -> None:
        self._known = tuple(_known(city))
        self.centre = (city.info.latitude, city.info.longitude)
        # For a map without tiles: label, latitude, longitude.
        self.landmarks: list[tuple[str, float, float]] = [
            (landmark.name, landmark.latitude, landmark.longitude)
            for landmark in city.landmarks
            if landmark.latitude is not None and landmark.longitude is not None
        ]

    def is_in_city(self, latitude: float, longitude: float) -> bool:
        """Whether the city may have anything to mend there."""
        return distance_m(*self.centre, latitude, longitude) <= CITY_RADIUS_M

    def nearest(self, latitude: float, longitude: float, limit: int = 3) -> list[NearbyPlace]:
        """Places to name a position by, nearest first, each name once; empty where none is near."""
        found: dict[str, NearbyPlace] = {}
        for known in self._known:
            away_m = round(distance_m(known.latitude, known.longitude, latitude, longitude))
            nearest = found.get(known.label)
            if away_m <= NEAR_M and (nearest is None or away_m < nearest.distance_m):
                found[known.label] = NearbyPlace(known.label, away_m, known.latitude, known.longitude)
        return sorted(found.values(), key=lambda place: place.distance_m)[:limit]


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Distance in metres; the earth is flat enough within a city."""
    north = math.radians(other_latitude - latitude)
    east = math.radians(other_longitude - longitude) * math.cos(math.radians(latitude))
    return EARTH_RADIUS_M * math.hypot(north, east)


def near(label: str) -> str:
    """A position in words, as the dialogue engine is told it."""
    return f"près de {label}"


def coordinates(latitude: float, longitude: float) -> str:
    """A position without a name."""
    return f"position {latitude:.5f}, {longitude:.5f}"


def _known(city: City) -> Iterator[_Known]:
    # The streets' file has no coordinates: a street is known by the landmarks that stand in it.
    for landmark in city.landmarks:
        if landmark.latitude is not None and landmark.longitude is not None:
            yield _Known(landmark.name, landmark.latitude, landmark.longitude)
            if landmark.street:
                yield _Known(landmark.street, landmark.latitude, landmark.longitude)
