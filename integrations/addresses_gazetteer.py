"""Grounds what a recogniser wrote on a city's streets and landmarks, by sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from integrations.addresses_heard import Window, free_windows, house_number, split_crossing, typed_windows
from integrations.addresses_index import landmark_keys, street_keys
from integrations.addresses_matching import Match, Table, in_context, is_street, overlap
from integrations.addresses_words import HESITATIONS, KINDS_OF_LANDMARK, without_articles
from integrations.city import City
from integrations.phonetics import sound, word_spans, words
from integrations.protocols import AddressCandidate, Place
from integrations.spoken_french_numbers import write_numbers

# Scores, calibrated on tests/data/addresses.yml: at ACCEPT and above the best candidate is right.
ACCEPT = 0.84
ASK = 0.62
CLOSE = 0.05

_MAX_WORDS = 40
_MIN_FREE_SOUNDS = 3


class Verdict(StrEnum):
    """What to do with candidates: take the first, ask which, or keep the caller's words."""

    TAKE = "take"
    ASK = "ask"
    UNKNOWN = "unknown"


def verdict(candidates: Sequence[AddressCandidate]) -> Verdict:
    """Judge candidates as `Gazetteer.match` returns them, best first."""
    if not candidates or candidates[0].score < ASK:
        return Verdict.UNKNOWN
    has_rival = len(candidates) > 1 and candidates[0].score - candidates[1].score < CLOSE
    return Verdict.ASK if has_rival or candidates[0].score < ACCEPT else Verdict.TAKE


@dataclass(frozen=True, slots=True)
class StreetSaid:
    """A street that a text names: text[start:end] said it."""

    name: str
    start: int
    end: int


class Gazetteer:
    """`integrations.protocols.Addresses` over one city's data. Holds no state between calls."""

    def __init__(self, city: City) -> None:
        streets = tuple(street_keys(city))
        self._cores = Table.of(key for key in streets if key.kind)
        self._wholes = Table.of((*(key for key in streets if not key.kind), *landmark_keys(city)))

    def match(self, spoken: str, limit: int = 3) -> Sequence[AddressCandidate]:
        """Return candidates, best first, each place once; empty when nothing of the city sounds like it."""
        heard = [word for word in words(write_numbers(spoken)) if word not in HESITATIONS][:_MAX_WORDS]
        crossing = split_crossing(heard)
        if crossing:
            first, second = (self._ranked(part) for part in crossing)
            first = [match for match in first if is_street(match.key.place)]
            if first and second:
                return _crossings(first, second, spoken, limit)
        return [
            AddressCandidate(place=_grounded(match, heard, spoken), score=match.score)
            for match in self._ranked(heard)[:limit]
        ]

    def streets_in(self, text: str) -> list[StreetSaid]:
        """The streets that `text` names beyond doubt, in order: kind and name heard, no other close."""
        spans = word_spans(text)[:_MAX_WORDS]
        heard = [word for word, _, _ in spans]
        matches = self._cores.match(list(typed_windows(heard)))
        matches += self._wholes.match(list(free_windows(heard)))
        streets = sorted(
            (m for m in matches if is_street(m.key.place)), key=lambda match: match.rank, reverse=True
        )
        found: list[Match] = []
        for match in streets:
            rivals = (
                m for m in streets if m.key.place != match.key.place and overlap(m.window, match.window)
            )
            is_alone = all(match.score - rival.score >= CLOSE for rival in rivals)
            if match.is_sure and is_alone and not any(overlap(match.window, other.window) for other in found):
                found.append(match)
        said = (
            StreetSaid(m.key.place.street, spans[m.window.start][1], spans[m.window.end - 1][2])
            for m in found
        )
        return sorted(said, key=lambda street: street.start)

    def _ranked(self, heard: list[str]) -> list[Match]:
        matches = self._cores.match(list(typed_windows(heard)))
        free = list(free_windows(heard))
        wholes = in_context(self._wholes.match(free), heard)
        typed = max(matches, key=lambda match: match.score, default=None)
        if typed and typed.score >= ACCEPT:
            # "place des Arènes" is the square, not the arena that its name holds.
            wholes = [m for m in wholes if is_street(m.key.place) or not overlap(m.window, typed.window)]
        else:
            bare = self._cores.match([window for window in free if _may_lack_its_kind(window)])
            matches += in_context(bare, heard)
        matches += wholes
        best: dict[Place, Match] = {}
        for match in sorted(matches, key=lambda match: match.rank):
            best[match.key.place] = match
        ranked = sorted(best.values(), key=lambda match: -match.score)
        return [match for match in ranked if match.score >= ASK - CLOSE]


def _may_lack_its_kind(window: Window) -> bool:
    """Whether the words alone may be a street's name: "République", but not "école"."""
    name = " ".join(without_articles(window.text.split()))
    return name not in KINDS_OF_LANDMARK and len(sound(name)) >= _MIN_FREE_SOUNDS


def _grounded(match: Match, heard: list[str], spoken: str) -> Place:
    place = match.key.place
    if place.district or (place.landmark and place.house_number):
        return replace(place, spoken=spoken)
    number = "" if place.landmark else house_number(heard, match.window.start, match.window.end)
    return replace(place, spoken=spoken, house_number=number)


def _crossings(
    first: list[Match], second: list[Match], spoken: str, limit: int
) -> Sequence[AddressCandidate]:
    """Pairs of streets, best first; the second is named as what the first one crosses."""
    pairs = sorted(
        (
            (min(one.score, other.score), one.key.place, other.key.place)
            for one in first[:limit]
            for other in second[:limit]
            if one.key.place != other.key.place
        ),
        key=lambda pair: -pair[0],
    )
    return [
        AddressCandidate(
            place=Place(spoken=spoken, street=one.street, landmark=f"angle {other.street or other.landmark}"),
            score=score,
        )
        for score, one, other in pairs[:limit]
    ]
