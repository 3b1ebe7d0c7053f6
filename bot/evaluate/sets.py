"""The test sets that need no model: addresses, numbers, dangers, procedures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from bot.dialogue.emergency import EmergencyDetector
from integrations.addresses_gazetteer import Gazetteer
from integrations.city import City
from integrations.city_procedures import load_procedures
from integrations.procedures_search import ProcedureSearch
from integrations.protocols import AddressCandidate
from integrations.spoken_french import (
    find_email,
    find_phone_number,
    find_reference_digits,
    normalise,
    parse_house_number,
    spell_out,
)

_READERS: dict[str, Callable[[str], str]] = {
    "phone": find_phone_number,
    "reference": find_reference_digits,
    "house_number": parse_house_number,
    "spelled": spell_out,
    "email": find_email,
}


@dataclass(frozen=True)
class Count:
    """How many of a set did what is counted."""

    what: str
    part: int
    whole: int

    @property
    def share(self) -> float:
        return self.part / self.whole if self.whole else 0.0


def addresses(city: City, path: Path) -> list[Count]:
    """Whether the place that callers mean comes first; per section of the set."""
    gazetteer = Gazetteer(city)
    counts = []
    for section, cases in _read(path).items():
        named = [case for case in cases if "street" in case or "landmark" in case]
        right = sum(_is_place(case, gazetteer.match(case["said"])) for case in named)
        counts.append(Count(f"{section}: right place first", right, len(named)))
    return counts


def _is_place(case: dict[str, str], candidates: Sequence[AddressCandidate]) -> bool:
    if not candidates:
        return False
    place = candidates[0].place
    if "landmark" in case:
        return place.landmark == case["landmark"]
    crossed = f"angle {case['crossing']}" if "crossing" in case else ""
    return place.street == case.get("street") and place.landmark == crossed


def numbers(city: City, path: Path) -> list[Count]:
    """Whether numbers, references and spellings are read as they were meant."""
    right = whole = 0
    for section, cases in _read(path).items():
        for case in cases:
            said = case["said"]
            read = normalise(said, city) if section == "normalise" else _READERS[section](said)
            right += read == case.get("written", case.get("is"))
            whole += 1
    return [Count("read right", right, whole)]


def emergencies(path: Path) -> list[Count]:
    """Dangers that the detector missed, and ordinary sentences that it took for one."""
    detector = EmergencyDetector()
    cases = _read(path)
    dangers = [case["text"] for case in cases if case["emergency"]]
    ordinary = [case["text"] for case in cases if not case["emergency"]]
    return [
        Count("dangers missed", sum(detector.detect(text) is None for text in dangers), len(dangers)),
        Count("false alarms", sum(detector.detect(text) is not None for text in ordinary), len(ordinary)),
    ]


def procedures(city: City, path: Path) -> list[Count]:
    """Whether the procedure that a caller means comes first or among three; the half never tuned on."""
    search = ProcedureSearch(load_procedures(city).values(), city.authorities.values())
    known = [query for query in _read(path) if query["codes"] and crc32(query["said"].encode()) & 1]
    found = [
        ([candidate.procedure.code for candidate in search.find(query["said"])], set(query["codes"]))
        for query in known
    ]
    return [
        Count(
            "right first", sum(codes[:1] != [] and codes[0] in wanted for codes, wanted in found), len(known)
        ),
        Count("right among three", sum(bool(wanted & set(codes)) for codes, wanted in found), len(known)),
    ]


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
