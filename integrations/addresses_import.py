"""Takes the coordinates of a city's house numbers out of the national address base, once, offline.

The base is a CSV file a department, `;` between fields, gzipped or not. Names of streets are joined with the
city's `streets.csv`; what cannot be joined is told, never guessed.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rapidfuzz import fuzz, process

from integrations.addresses_geocoder_offline import FILE_NAME, UNITS_PER_DEGREE, number_key
from integrations.addresses_import_names import StreetNames
from integrations.city import City

COLUMNS = ("numero", "rep", "nom_voie", "code_insee", "lon", "lat", "type_position", "certification_commune")
# Houses without a real number get a made-up one above this.
_FICTITIOUS_NUMBER = 5000
_MAX_OFFSET_UNITS = 99_999
# What is worth most when a number has several positions.
_POSITIONS = (
    "entrée",
    "bâtiment",
    "cage d'escalier",
    "logement",
    "délivrance postale",
    "parcelle",
    "segment",
)
_CLOSE = 80.0


class AddressFileError(Exception):
    """The file is not a national address base."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(slots=True)
class AddressImport:
    """What was found. points: street of the city → number → where it is.

    unknown: names that streets.csv does not have, with the number of their addresses.
    n_rows, n_elsewhere, n_faulty: lines read, lines of other towns, lines that could not be used.
    """

    points: dict[str, dict[str, Point]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    n_rows: int = 0
    n_elsewhere: int = 0
    n_faulty: int = 0

    @property
    def n_addresses(self) -> int:
        """How many house numbers have coordinates."""
        return sum(len(numbers) for numbers in self.points.values())


def import_addresses(path: Path, city: City) -> AddressImport:
    """Read a national address base, gzipped or not. Raises AddressFileError, OSError."""
    with _opened(path) as file:
        reader = csv.DictReader(file, delimiter=";")
        try:
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise AddressFileError(f"{path}: no column {', '.join(missing)}")
            found = _collect(reader, city)
        except (UnicodeDecodeError, csv.Error, EOFError, gzip.BadGzipFile) as error:
            raise AddressFileError(f"{path}: line {reader.line_num}: {error}") from error
    if not found.points:
        raise AddressFileError(f"{path}: no address of {city.info.name} ({city.info.insee})")
    return found


def write_house_numbers(found: AddressImport, folder: Path) -> Path:
    """Write the file that `load_house_numbers` reads, in place of the former one; return its path."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("street", "latitude", "longitude", "numbers"))
    for street, numbers in sorted(found.points.items()):
        middle = _middle(numbers.values())
        entries = sorted(numbers.items(), key=lambda entry: _in_order(entry[0]))
        packed = [packed for number, point in entries if (packed := _packed(number, point, middle))]
        if packed:
            writer.writerow((street, f"{middle.latitude:.5f}", f"{middle.longitude:.5f}", " ".join(packed)))
    path = folder / FILE_NAME
    aside = path.with_suffix(".new")
    aside.write_text(text.getvalue(), encoding="utf-8")
    aside.replace(path)
    return path


def closest_streets(
    unknown: Mapping[str, int], city: City, limit: int = 30
) -> Iterator[tuple[str, int, str]]:
    """The names that could not be joined, those of most addresses first, and the closest street or ""."""
    names = [street.name for street in city.streets]
    for name, n_addresses in sorted(unknown.items(), key=lambda entry: -entry[1])[:limit]:
        best = process.extractOne(name, names, scorer=fuzz.token_sort_ratio, score_cutoff=_CLOSE)
        yield name, n_addresses, best[0] if best else ""


def _collect(rows: Iterable[dict[str, str]], city: City) -> AddressImport:
    found = AddressImport()
    streets = StreetNames(city)
    ranks: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        found.n_rows += 1
        if row["code_insee"] != city.info.insee:
            found.n_elsewhere += 1
            continue
        number, point = _number(row), _point(row)
        if not number or point is None:
            found.n_faulty += 1
            continue
        name = row["nom_voie"] or ""
        street = streets.find(name)
        if street is None:
            found.unknown[name] = found.unknown.get(name, 0) + 1
            continue
        rank = _rank(row)
        if rank < ranks.get((street, number), (99, 99)):
            ranks[street, number] = rank
            found.points.setdefault(street, {})[number] = point
    return found


def _number(row: Mapping[str, str | None]) -> str:
    digits = (row["numero"] or "").strip()
    if not digits.isdecimal() or not 0 < int(digits) < _FICTITIOUS_NUMBER:
        return ""
    return number_key(f"{int(digits)}{(row['rep'] or '').strip()}")


def _point(row: Mapping[str, str | None]) -> Point | None:
    try:
        point = Point(float(row["lat"] or ""), float(row["lon"] or ""))
    except ValueError:
        return None
    return point if -90 <= point.latitude <= 90 and -180 <= point.longitude <= 180 else None


def _rank(row: Mapping[str, str | None]) -> tuple[int, int]:
    """The smaller the better: certified by the town, then nearest to the door."""
    position = row["type_position"] or ""
    place = _POSITIONS.index(position) if position in _POSITIONS else len(_POSITIONS)
    return (0 if row["certification_commune"] == "1" else 1, place)


def _in_order(number: str) -> tuple[int, str]:
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else 0, number


def _middle(points: Iterable[Point]) -> Point:
    found = list(points)
    return Point(
        round(sum(point.latitude for point in found) / len(found), 5),
        round(sum(point.longitude for point in found) / len(found), 5),
    )


def _packed(number: str, point: Point, middle: Point) -> str:
    north = round((point.latitude - middle.latitude) * UNITS_PER_DEGREE)
    east = round((point.longitude - middle.longitude) * UNITS_PER_DEGREE)
    is_near = abs(north) <= _MAX_OFFSET_UNITS and abs(east) <= _MAX_OFFSET_UNITS
    return f"{number}:{north}:{east}" if is_near else ""


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as raw:
        is_gzipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        binary = gzip.GzipFile(fileobj=raw) if is_gzipped else raw
        with io.TextIOWrapper(binary, encoding="utf-8-sig", newline="") as file:
            yield file
