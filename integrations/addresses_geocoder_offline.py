"""Coordinates of house numbers from the city's own file, `house_numbers.csv`: no network, little memory.

One line a street: its middle in degrees, then each number with its distance from that middle in units of
0.00001 degree (about a metre), as `12bis:34:-56`. A street's line stays text until somebody asks for it, so a
city of 40,000 addresses takes about a megabyte, and a look-up a few microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from integrations.city_models import Model, Text
from integrations.city_yaml import CityDataError, read_rows
from integrations.protocols import Place

FILE_NAME = "house_numbers.csv"
UNITS_PER_DEGREE = 100_000
# A number that is not in the file lies between its neighbours when these are so close.
_NEIGHBOUR_NUMBERS = 12
# The middle of a street tells where to go only when no house of it is farther away.
_SHORT_STREET_UNITS = 150
# "12 B" is what some say, and some write, for "12 bis".
_SAME_SUFFIXES = {"bis": "b", "b": "bis", "ter": "t", "t": "ter", "quater": "q", "q": "quater"}
_NUMBER = re.compile(r"(\d{1,4}) ?(bis|ter|quater|[a-z])?", re.IGNORECASE)

Numbers = Annotated[
    str,
    StringConstraints(
        pattern=r"^\d{1,4}(?:bis|ter|quater|[a-z])?:-?\d{1,5}:-?\d{1,5}"
        r"(?: \d{1,4}(?:bis|ter|quater|[a-z])?:-?\d{1,5}:-?\d{1,5})*$"
    ),
]


class StreetNumbers(Model):
    """One line of the file. latitude, longitude: the street's middle, degrees, WGS 84."""

    street: Text
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a house is from its street's middle, north and east, in units of 0.00001 degree."""

    north: float
    east: float


class HouseNumbers:
    """Where the house numbers of a city are. Holds no state between calls."""

    def __init__(self, by_street: Mapping[str, StreetNumbers]) -> None:
        self._by_street = by_street

    def __len__(self) -> int:
        """How many streets are known."""
        return len(self._by_street)

    def __iter__(self) -> Iterator[tuple[str, float, float]]:
        """Every address: "12bis Rue de la République", latitude, longitude in degrees."""
        for name, known in self._by_street.items():
            for number, north, east in _entries(known.numbers):
                latitude = known.latitude + int(north) / UNITS_PER_DEGREE
                yield f"{number} {name}", latitude, known.longitude + int(east) / UNITS_PER_DEGREE

    def locate(self, place: Place) -> Place:
        """The place with its coordinates, the same when it has them or nothing is known.

        A number that is missing lies between its neighbours of the same side. Without a number, a short
        street has its middle; a long one has nothing: a wrong place is worse than none.
        """
        known = self._by_street.get(place.street)
        if known is None or place.latitude is not None or place.landmark:
            return place
        offset = _offset(known.numbers, place.house_number)
        if offset is None:
            return place
        return replace(
            place,
            latitude=round(known.latitude + offset.north / UNITS_PER_DEGREE, 6),
            longitude=round(known.longitude + offset.east / UNITS_PER_DEGREE, 6),
        )


def load_house_numbers(folder: Path) -> HouseNumbers:
    """Read a city's house numbers; none at all when the city has no such file.

    Raises CityDataError that names file, line and field.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return HouseNumbers({})
    by_street: dict[str, StreetNumbers] = {}
    for line, row in read_rows(path, StreetNumbers):
        if row.street in by_street:
            raise CityDataError(f"{path}:{line}: street: « {row.street} » stands twice")
        by_street[row.street] = row
    return HouseNumbers(by_street)


def number_key(number: str) -> str:
    """A house number as the file writes it: "12 bis" → "12bis"; "" for what is none."""
    found = _NUMBER.fullmatch(number.strip())
    return f"{int(found[1])}{(found[2] or '').lower()}" if found else ""


def _offset(numbers: str, wanted: str) -> Offset | None:
    offsets = {key: Offset(int(north), int(east)) for key, north, east in _entries(numbers)}
    if not wanted:
        is_short = all(
            abs(offset.north) <= _SHORT_STREET_UNITS and abs(offset.east) <= _SHORT_STREET_UNITS
            for offset in offsets.values()
        )
        return Offset(0, 0) if is_short else None
    found = _NUMBER.fullmatch(wanted.strip())
    if found is None:
        return None
    digits, suffix = str(int(found[1])), (found[2] or "").lower()
    for key in (f"{digits}{suffix}", f"{digits}{_SAME_SUFFIXES.get(suffix, suffix)}", digits):
        if key in offsets:
            return offsets[key]
    return _between_neighbours(offsets, int(digits))


def _entries(numbers: str) -> list[list[str]]:
    return [entry.split(":") for entry in numbers.split(" ")]


def _between_neighbours(offsets: Mapping[str, Offset], number: int) -> Offset | None:
    """Where a number should be: on a line between the next lower and higher ones of its side."""
    same_side = {int(key): offset for key, offset in offsets.items() if _is_same_side(key, number)}
    lower = max((n for n in same_side if n < number), default=None)
    higher = min((n for n in same_side if n > number), default=None)
    near = [n for n in (lower, higher) if n is not None and abs(n - number) <= _NEIGHBOUR_NUMBERS]
    if not near:
        return None
    if len(near) == 1:
        return same_side[near[0]]
    first, last = same_side[near[0]], same_side[near[1]]
    share = (number - near[0]) / (near[1] - near[0])
    return Offset(
        first.north + share * (last.north - first.north), first.east + share * (last.east - first.east)
    )


def _is_same_side(key: str, number: int) -> bool:
    return key.isdecimal() and int(key) % 2 == number % 2
