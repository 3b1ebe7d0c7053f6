"""Whether two reports are about the same place: the same address once normalised, or close enough."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from integrations.protocols import Place

NEAR_M = 50.0

_M_PER_DEGREE = 111_195.0
_EARTH_RADIUS_M = 6_371_009.0
MAX_KEY_CHARS = 200

_WORD = re.compile(r"[a-z]+|\d+")
_SMALL_WORDS = frozenset(
    ("de", "du", "des", "d", "la", "le", "les", "l", "a", "au", "aux", "en", "et", "sur")
)
_LONG_FORMS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "bvd": "boulevard",
    "ch": "chemin",
    "imp": "impasse",
    "pl": "place",
    "r": "rue",
    "rte": "route",
    "sq": "square",
    "st": "saint",
    "ste": "sainte",
    "dr": "docteur",
    "gal": "general",
    "mal": "marechal",
    "b": "bis",
    "t": "ter",
}
# "30000 Nîmes" and what follows say nothing that tells two places of one city apart.
_TOWN = re.compile(r"\b\d{5}\b.*")


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees, WGS 84, ends included: all that lies within some distance of a point, and a little more."""

    south: float
    north: float
    west: float
    east: float


def place_key(place: Place) -> str:
    """Return what is equal for two spellings of the same address; "" for a place that nobody grounded."""
    return address_key(place.label) if place.street or place.landmark else ""


def address_key(address: str) -> str:
    """Return an address without what spelling changes.

    "12 bis, av. du Gal Leclerc" is "12 bis avenue general leclerc". "" when nothing is left; at most
    MAX_KEY_CHARS characters.
    """
    folded = unicodedata.normalize("NFKD", address.lower().replace("œ", "oe").replace("æ", "ae"))
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    words = [_LONG_FORMS.get(word, word) for word in _WORD.findall(_TOWN.sub("", plain) or plain)]
    return " ".join(word for word in words if word not in _SMALL_WORDS)[:MAX_KEY_CHARS]


def point_of(place: Place) -> Point | None:
    """Return where a place is; None when its coordinates only say in which street or district."""
    if place.latitude is None or place.longitude is None:
        return None
    is_exact = bool(place.house_number or place.landmark) or not (place.street or place.district)
    return Point(place.latitude, place.longitude) if is_exact else None


def distance_m(one: Point, other: Point) -> float:
    """Return metres along the ground between two points (haversine)."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    half_up = math.sin((north - south) / 2) ** 2
    half_across = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    chord = half_up + math.cos(south) * math.cos(north) * half_across
    return 2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def box_around(point: Point, radius_m: float = NEAR_M) -> Box:
    """Return the box that holds everything within a distance of a point."""
    up = 1.01 * radius_m / _M_PER_DEGREE
    # Beyond the last parallel that the radius reaches, all meridians are near.
    cosine = math.cos(math.radians(min(89.9, abs(point.latitude) + up)))
    across = min(360.0, up / cosine)
    return Box(point.latitude - up, point.latitude + up, point.longitude - across, point.longitude + across)
