"""How well runs of words match the ways to say a place, and what the rest of the sentence says about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from integrations.addresses_heard import Window
from integrations.addresses_index import Key
from integrations.addresses_words import AROUND_AN_ADDRESS, ARTICLES, NOT_A_NAME, kind_at
from integrations.phonetics import similarity, sound
from integrations.protocols import Place

_ROUGH_CUTOFF = 0.5
_N_SHORTLISTED = 24
# A text is rewritten above these only: the kind was heard apart, or the whole name with its kind matched. A
# name said in part must be exact, and long enough not to be an ordinary word ("rue pleine").
_SURE = 0.9
_SURE_WHOLE = 0.86
_LONG_SOUND = 6
_OTHER_KIND = 0.9
_NO_KIND = 0.95
# Another kind was said somewhere: "la rue pour le soleil" is hardly the impasse du Soleil.
_OTHER_KIND_SAID = 0.84
_CUT_NAME = 0.12
# Each word that the match leaves unexplained: "mon enfant mange bien" does not name the rue des Bons-Enfants.
_UNEXPLAINED = 0.1
_MAX_UNEXPLAINED = 0.4
_UNEXPLAINED_LANDMARK = 0.05


@dataclass(frozen=True, slots=True)
class Match:
    """alike: how close the sounds are. score: that, less for what is missing or does not fit."""

    key: Key
    window: Window
    alike: float
    score: float

    @property
    def is_sure(self) -> bool:
        """Whether the words can be rewritten as the name."""
        if self.window.kind != self.key.kind:
            return False
        if self.key.weight < 1.0:
            return self.alike == 1.0 and len(self.key.sound) >= _LONG_SOUND
        return self.alike == 1.0 or self.score >= (_SURE if self.key.kind else _SURE_WHOLE)

    @property
    def rank(self) -> tuple[float, int]:
        """Best last; of two equals the one that explains more words."""
        return self.score, self.window.end - self.window.start


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and their sounds in one order, so that a column of the distance matrix is a key."""

    keys: tuple[Key, ...]
    sounds: tuple[str, ...]

    @classmethod
    def of(cls, keys: Iterable[Key]) -> Table:
        """Build a table of these keys."""
        kept = tuple(keys)
        return cls(keys=kept, sounds=tuple(key.sound for key in kept))

    def match(self, windows: list[Window]) -> list[Match]:
        """The best pairs of a window and a key, in no order: edit distance first, then confusable sounds."""
        if not windows:
            return []
        said = [sound(window.text) for window in windows]
        rough: NDArray[np.float32] = cdist(
            said, self.sounds, scorer=Levenshtein.normalized_similarity, score_cutoff=_ROUGH_CUTOFF
        )
        hits = np.flatnonzero(rough)
        shortlist = hits[np.argsort(-rough.flat[hits], kind="stable")[:_N_SHORTLISTED]]
        pairs = (divmod(int(flat), rough.shape[1]) for flat in shortlist)
        return [_scored(windows[row], said[row], self.keys[column]) for row, column in pairs]


def is_street(place: Place) -> bool:
    """Whether a place is a street rather than a landmark or a district."""
    return not (place.landmark or place.district)


def overlap(one: Window, other: Window) -> bool:
    """Whether two runs share a word."""
    return one.start < other.end and other.start < one.end


def in_context(matches: list[Match], words: list[str]) -> list[Match]:
    """Lower the matches that the other words of the sentence speak against."""
    kinds_said = {kind_at(words, index)[0] for index in range(len(words))} - {""}
    explains_nothing = ARTICLES | NOT_A_NAME | AROUND_AN_ADDRESS
    content = [not (word in explains_nothing or word.isdecimal()) for word in words]
    return [_lowered(match, kinds_said, content) for match in matches]


def _lowered(match: Match, kinds_said: set[str], content: list[bool]) -> Match:
    window = match.window
    if window.kind:
        return match
    n_unexplained = sum(content[: window.start]) + sum(content[window.end :])
    if not match.key.kind:
        is_exact_or_street = match.alike == 1.0 or is_street(match.key.place)
        cost = 0.0 if is_exact_or_street else _UNEXPLAINED_LANDMARK * n_unexplained
        return replace(match, score=match.score - min(cost, _MAX_UNEXPLAINED))
    is_other = bool(kinds_said) and match.key.kind not in kinds_said
    score = match.score * _OTHER_KIND_SAID / _NO_KIND if is_other else match.score
    return replace(match, score=score - min(_UNEXPLAINED * n_unexplained, _MAX_UNEXPLAINED))


def _scored(window: Window, said: str, key: Key) -> Match:
    alike = similarity(said, key.sound)
    # One wrong sound in a short name leaves less to recognise it by than one in a long name.
    score = key.weight * max(0.0, 1.0 - (1.0 - alike) * (1.0 + 1.5 / len(key.sound)))
    if key.kind and window.kind != key.kind:
        score *= _OTHER_KIND if window.kind else _NO_KIND
    if window.is_cut:
        score -= _CUT_NAME
    return Match(key=key, window=window, alike=alike, score=score)
