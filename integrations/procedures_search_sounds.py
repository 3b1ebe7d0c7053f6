"""Compares texts by runs of sounds, across word borders: "pas ce port" meets "passeport"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log1p, sqrt

import numpy as np

from integrations.phonetics import sound
from integrations.procedures_search_entries import Floats, Indices, Phrases, rarity
from integrations.procedures_words import meaningful

_RUN_LENGTHS = (3, 4)
# A run of sounds that no text holds says less than one that only one text holds: it is often noise.
_UNKNOWN = 0.5


def sound_runs(text: str) -> Counter[str]:
    """How often each run of three or four sounds comes in a text, its two borders counted as sounds."""
    sounds = f"_{sound(meaningful(text))}_"
    return Counter(
        sounds[start : start + length] for length in _RUN_LENGTHS for start in range(len(sounds) - length + 1)
    )


class SoundIndex:
    """Texts by the runs of sounds that they hold; cosine of the two, rare runs counting more."""

    def __init__(self, texts: Sequence[Mapping[str, float]], owners: Sequence[int] | Indices) -> None:
        """texts: runs of sounds with weights. owners: the entry of each text; rarity is among entries."""
        self._n_texts = len(texts)
        holders: defaultdict[str, set[int]] = defaultdict(set)
        for runs, owner in zip(texts, owners, strict=True):
            for run in runs:
                holders[run].add(int(owner))
        total = len({int(owner) for owner in owners})
        self._rarity = {run: rarity(len(held), total) for run, held in holders.items()}
        self._unknown = rarity(0, total) * _UNKNOWN
        self._places = self._by_run(texts)

    def _by_run(self, texts: Sequence[Mapping[str, float]]) -> dict[str, tuple[Indices, Floats]]:
        places: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, runs in enumerate(texts):
            length = sqrt(sum((count * self._rarity[run]) ** 2 for run, count in runs.items())) or 1.0
            for run, count in runs.items():
                places[run].append((index, count * self._rarity[run] / length))
        return {
            run: (
                np.array([i for i, _ in held], dtype=np.intp),
                np.array([w for _, w in held], dtype=np.float32),
            )
            for run, held in places.items()
        }

    def compare(self, runs: Mapping[str, float]) -> Floats:
        """How alike each text is, 0 to 1."""
        scores = np.zeros(self._n_texts, dtype=np.float32)
        squares = 0.0
        for run, count in runs.items():
            weight = count * self._rarity.get(run, self._unknown)
            squares += weight * weight
            if run in self._places:
                indices, weights = self._places[run]
                scores[indices] += weight * weights
        return scores / (sqrt(squares) or 1.0)


class Sounds:
    """How much entries sound like a request: by their best phrase, and by all their phrases at once."""

    def __init__(self, phrases: Phrases, summaries: Sequence[str]) -> None:
        self._phrases = phrases
        runs = [sound_runs(text) for text in phrases.texts]
        self._by_phrase = SoundIndex(runs, phrases.owners)
        whole = [sound_runs(summary) for summary in summaries]
        for owner, counts in zip(phrases.owners, runs, strict=True):
            whole[owner].update(counts)
        damped = [{run: log1p(count) for run, count in counts.items()} for counts in whole]
        self._by_entry = SoundIndex(damped, range(len(damped)))

    def features(self, text: str) -> tuple[Floats, Floats]:
        """Best phrase and whole entry, 0 to 1, one number for each entry."""
        runs = sound_runs(text)
        return self._phrases.best(self._by_phrase.compare(runs)), self._by_entry.compare(runs)
