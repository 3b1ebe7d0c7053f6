"""What is searched: entries told in several phrases, laid side by side so that numpy reads them in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject that people ask about. phrases: its title first, then how people ask for it."""

    phrases: tuple[str, ...]
    summary: str = ""
    details: tuple[str, ...] = ()


class Phrases:
    """The phrases of all entries, one after the other; scores of phrases become scores of entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.texts = tuple(text for entry in entries for text in entry.phrases)
        lengths = [len(entry.phrases) for entry in entries]
        self.owners: Indices = np.repeat(np.arange(len(entries)), lengths)
        self._starts = starts_of(lengths)

    def best(self, scores: Floats) -> Floats:
        """The best phrase of each entry. scores: one for each phrase."""
        best: Floats = np.maximum.reduceat(scores, self._starts)
        return best

    def together(self, scores: Floats, power: int) -> Floats:
        """All phrases of each entry, the better the more they count. Negative scores count for nothing."""
        raised = np.maximum(scores, 0) ** power
        total: Floats = np.add.reduceat(raised, self._starts)
        together: Floats = (total / 3 ** (power - 1)) ** (1 / power)
        return together


def starts_of(lengths: Sequence[int]) -> Indices:
    """Where each run of a concatenation starts, for numpy's `reduceat`: no run may be empty."""
    return np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)


def rarity(holding: int, total: int) -> float:
    """What a word tells that `holding` of `total` entries hold (the inverse frequency of BM25)."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))
