"""Names a position: the nearest places that the city's data knows. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

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


class Places:
    """The places of one city whose coordinates are known.

    addresses: "12 Rue de la République" with latitude and longitude, as many as the city has taken over.
    """

    def __init__(self, city: City, addresses: Iterable[tuple[str, float, float]] = ()) -> None:
        known = [*_landmarks(city), *addresses]
        self._labels = [label for label, _, _ in known]
        self._degrees = np.array([(latitude, longitude) for _, latitude, longitude in known]).reshape(-1, 2)
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
        scale = EARTH_RADIUS_M * math.radians(1) * np.array([1.0, math.cos(math.radians(latitude))])
        away_m = np.hypot(*((self._degrees - (latitude, longitude)) * scale).T)
        found: dict[str, NearbyPlace] = {}
        for number in np.argsort(away_m, kind="stable"):
            if away_m[number] > NEAR_M or len(found) == limit:
                break
            label = self._labels[number]
            north, east = self._degrees[number]
            place = NearbyPlace(label, round(float(away_m[number])), float(north), float(east))
            found.setdefault(label, place)
        return list(found.values())


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


def _landmarks(city: City) -> Iterator[tuple[str, float, float]]:
    # A street without coordinates of its own is known by the landmarks that stand in it.
    for landmark in city.landmarks:
        if landmark.latitude is not None and landmark.longitude is not None:
            yield landmark.name, landmark.latitude, landmark.longitude
            if landmark.street:
                yield landmark.street, landmark.latitude, landmark.longitude
