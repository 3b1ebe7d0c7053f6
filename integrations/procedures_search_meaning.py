"""Compares what texts are about as a whole: the mean of their words' vectors, rare words counting more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from integrations.procedures_search_entries import Entry, Floats, Phrases, rarity
from integrations.procedures_search_vectors import WordVectors, unit
from integrations.procedures_words import meaningful


class Meanings:
    """How near the meaning of entries is to that of a request."""

    def __init__(self, entries: Sequence[Entry], phrases: Phrases, vectors: WordVectors) -> None:
        self._phrases = phrases
        self._vectors = vectors
        self._total = len(entries)
        self._holding: defaultdict[str, int] = defaultdict(int)
        for entry in entries:
            for word in {word for text in (*entry.phrases, entry.summary) for word in _words(text)}:
                self._holding[word] += 1
        table = np.array([self._mean(text) for text in phrases.texts])
        # What all phrases have in common says nothing about any of them.
        self._common: Floats = table.mean(axis=0)
        self._table = unit(table - self._common)

    def features(self, text: str) -> tuple[Floats, Floats]:
        """Best phrase and all phrases together, cosines, one number for each entry."""
        mean = self._mean(text)
        if not mean.any():
            nothing = np.zeros(self._total, dtype=np.float32)
            return nothing, nothing
        nearness: Floats = self._table @ unit((mean - self._common)[None])[0]
        return self._phrases.best(nearness), self._phrases.together(nearness, power=3)

    def _mean(self, text: str) -> Floats:
        words = _words(text)
        weights = np.array(
            [rarity(self._holding.get(word, 0), self._total) for word in words], dtype=np.float32
        )
        mean: Floats = unit((weights @ self._vectors.look_up(words))[None])[0]
        return mean


def _words(text: str) -> list[str]:
    return [word for word in meaningful(text).split() if not word.isdecimal()]
