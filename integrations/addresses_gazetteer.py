"""Grounds what a recogniser wrote on a city's streets and landmarks, by sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from integrations.addresses_heard import Window, free_windows, house_number, split_crossing, typed_windows
from integrations.addresses_index import Key, landmark_keys, street_keys
from integrations.addresses_words import HESITATIONS, KINDS_OF_LANDMARK, kind_at, without_articles
from integrations.city import City
from integrations.phonetics import similarity, sound, word_spans, words
from integrations.protocols import AddressCandidate, Place
from integrations.spoken_french_numbers import write_numbers

# Scores, calibrated on tests/data/addresses.yml: at ACCEPT and above the best candidate is right.
ACCEPT = 0.84
ASK = 0.62
CLOSE = 0.05

_ROUGH_CUTOFF = 0.5
_N_SHORTLISTED = 24
_MAX_WORDS = 40
_OTHER_KIND = 0.9
_NO_KIND = 0.95
# Another kind was said somewhere: "la rue pour le soleil" is hardly the impasse du Soleil.
_OTHER_KIND_SAID = 0.84
_CUT_NAME = 0.12
_MIN_FREE_SOUNDS = 3
# A text is rewritten only above this.
_SURE = 0.86


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


@dataclass(frozen=True, slots=True)
class _Match:
    """alike: how close the sounds are. score: that, less for what is missing or does not fit."""

    key: Key
    window: Window
    alike: float
    score: float

    @property
    def is_sure(self) -> bool:
        is_kind_wrong = self.window.kind != self.key.kind
        return not is_kind_wrong and (self.alike == 1.0 or self.score >= _SURE)


def _rank(match: _Match) -> tuple[float, int]:
    """Best last; of two equals the one that explains more words."""
    return match.score, match.window.end - match.window.start


@dataclass(frozen=True, slots=True)
class _Table:
    """Keys and their sounds in one order, so that a column of the distance matrix is a key."""

    keys: tuple[Key, ...]
    sounds: tuple[str, ...]

    @classmethod
    def of(cls, keys: Iterable[Key]) -> _Table:
        kept = tuple(keys)
        return cls(keys=kept, sounds=tuple(key.sound for key in kept))


class Gazetteer:
    """`integrations.protocols.Addresses` over one city's data. Holds no state between calls."""

    def __init__(self, city: City) -> None:
        streets = tuple(street_keys(city))
        self._cores = _Table.of(key for key in streets if key.kind)
        self._wholes = _Table.of((*(key for key in streets if not key.kind), *landmark_keys(city)))

    def match(self, spoken: str, limit: int = 3) -> Sequence[AddressCandidate]:
        """Return candidates, best first, each place once; empty when nothing of the city sounds like it."""
        heard = [word for word in words(write_numbers(spoken)) if word not in HESITATIONS][:_MAX_WORDS]
        crossing = split_crossing(heard)
        if crossing:
            first, second = (self._ranked(part) for part in crossing)
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
        matches = self._score(list(typed_windows(heard)), self._cores)
        matches += self._score(list(free_windows(heard)), self._wholes)
        streets = sorted((m for m in matches if _is_street(m.key.place)), key=_rank, reverse=True)
        found: list[_Match] = []
        for match in streets:
            rivals = (
                m for m in streets if m.key.place != match.key.place and _overlap(m.window, match.window)
            )
            is_alone = all(match.score - rival.score >= CLOSE for rival in rivals)
            if (
                match.is_sure
                and is_alone
                and not any(_overlap(match.window, other.window) for other in found)
            ):
                found.append(match)
        said = (
            StreetSaid(m.key.place.street, spans[m.window.start][1], spans[m.window.end - 1][2])
            for m in found
        )
        return sorted(said, key=lambda street: street.start)

    def _ranked(self, heard: list[str]) -> list[_Match]:
        matches = self._score(list(typed_windows(heard)), self._cores)
        free = list(free_windows(heard))
        wholes = self._score(free, self._wholes)
        typed = max(matches, key=lambda match: match.score, default=None)
        if typed and typed.score >= ACCEPT:
            # "place des Arènes" is the square, not the arena that its name holds.
            wholes = [m for m in wholes if _is_street(m.key.place) or not _overlap(m.window, typed.window)]
        else:
            bare = self._score([window for window in free if _may_lack_its_kind(window)], self._cores)
            kinds_said = {kind_at(heard, index)[0] for index in range(len(heard))} - {""}
            matches += [_with_kinds_said(match, kinds_said) for match in bare]
        matches += wholes
        best: dict[Place, _Match] = {}
        for match in sorted(matches, key=_rank):
            best[match.key.place] = match
        ranked = sorted(best.values(), key=lambda match: -match.score)
        return [match for match in ranked if match.score >= ASK - CLOSE]

    def _score(self, windows: list[Window], table: _Table) -> list[_Match]:
        if not windows:
            return []
        said = [sound(window.text) for window in windows]
        rough: NDArray[np.float32] = cdist(
            said, table.sounds, scorer=Levenshtein.normalized_similarity, score_cutoff=_ROUGH_CUTOFF
        )
        hits = np.flatnonzero(rough)
        shortlist = hits[np.argsort(-rough.flat[hits], kind="stable")[:_N_SHORTLISTED]]
        pairs = (divmod(int(flat), rough.shape[1]) for flat in shortlist)
        return [_scored(windows[row], said[row], table.keys[column]) for row, column in pairs]


def _with_kinds_said(match: _Match, kinds_said: set[str]) -> _Match:
    if not kinds_said or match.key.kind in kinds_said:
        return match
    return replace(match, score=match.score * _OTHER_KIND_SAID / _NO_KIND)


def _may_lack_its_kind(window: Window) -> bool:
    """Whether the words alone may be a street's name: "République", but not "école"."""
    name = " ".join(without_articles(window.text.split()))
    return name not in KINDS_OF_LANDMARK and len(sound(name)) >= _MIN_FREE_SOUNDS


def _is_street(place: Place) -> bool:
    return not (place.landmark or place.district)


def _overlap(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end


def _scored(window: Window, said: str, key: Key) -> _Match:
    alike = similarity(said, key.sound)
    # One wrong sound in a short name leaves less to recognise it by than one in a long name.
    score = key.weight * max(0.0, 1.0 - (1.0 - alike) * (1.0 + 1.5 / len(key.sound)))
    if key.kind and window.kind != key.kind:
        score *= _OTHER_KIND if window.kind else _NO_KIND
    if window.is_cut:
        score -= _CUT_NAME
    return _Match(key=key, window=window, alike=alike, score=score)


def _grounded(match: _Match, heard: list[str], spoken: str) -> Place:
    place = match.key.place
    if place.district or (place.landmark and place.house_number):
        return replace(place, spoken=spoken)
    number = "" if place.landmark else house_number(heard, match.window.start, match.window.end)
    return replace(place, spoken=spoken, house_number=number)


def _crossings(
    first: list[_Match], second: list[_Match], spoken: str, limit: int
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
