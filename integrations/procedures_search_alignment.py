"""Lays each word of a request on the word of an entry that it comes closest to.

This is BM25 in which a word counts for another as far as the two are alike: the same stem fully, words of
near meaning and (for words that the catalogue does not hold) of near sound in part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import sqrt

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from integrations.phonetics import sound
from integrations.procedures_search_entries import Entry, Floats, Indices, Phrases, rarity, starts_of
from integrations.procedures_search_vectors import WordVectors
from integrations.procedures_words import read_request, stem

# How much a word weighs by where it stands; the phrasings, which are many, weigh 1 each.
_TITLE, _SUMMARY, _DETAILS = 2.5, 0.4, 0.3
# A word must be in more than the small print of an entry to make it common.
_HOLDS = 0.5
_SATURATION, _LENGTH_SHARE = 1.0, 0.6
_CONCEPT = 1.0
# Cosines of words that have nothing to do with each other go up to about the floor.
_MEANING_FLOOR, _MEANING = 0.35, 0.8
_SOUND_FLOOR, _SOUND = 0.72, 0.9
_SHORTEST_SOUND = 3
_UNKNOWN = 0.6
# Keeps whole-entry scores of ordinary requests near 1, next to the other features.
_SCALE = 8.0


class Alignment:
    """The words of all entries, compared with those of a request."""

    def __init__(self, entries: Sequence[Entry], phrases: Phrases, vectors: WordVectors) -> None:
        self._phrases = phrases
        self._vectors = vectors
        self._total = len(entries)
        self._words: dict[str, int] = {}
        runs = [self._number(_terms(text)) or self._number(["#"]) for text in phrases.texts]
        weights = [self._weights(entry) for entry in entries]
        self._stems = [_stem(word) for word in self._words]
        self._stem_numbers = {name: number for number, name in enumerate(dict.fromkeys(self._stems))}
        self._stem_of: Indices = np.array([self._stem_numbers[name] for name in self._stems], dtype=np.intp)
        self._rarity = self._rarities(weights)
        self._table = vectors.look_up(list(self._words))
        self._sounds = ["" if word.startswith("#") else sound(word) for word in self._words]
        self._in_phrases: Indices = np.concatenate([np.array(run, dtype=np.intp) for run in runs])
        self._phrase_starts = starts_of([len(run) for run in runs])
        self._phrase_mass = self._mass(self._rarity)
        self._in_entries: Indices = np.concatenate([np.array(list(held), dtype=np.intp) for held in weights])
        self._entry_starts = starts_of([len(held) for held in weights])
        self._entry_weights = self._saturated(weights)
        self._likeness = lru_cache(maxsize=512)(self._compare)

    def features(self, text: str) -> tuple[Floats, Floats, Floats]:
        """Whole entry, best phrase and all phrases together, about 0 to 1, one number for each entry."""
        terms = [term for term in _terms(text) if not term.startswith("#") or term in self._words]
        if not terms:
            nothing = np.zeros(self._total, dtype=np.float32)
            return nothing, nothing, nothing
        likeness = np.array([self._likeness(term)[0] for term in terms])
        weights = np.array([self._likeness(term)[1] for term in terms], dtype=np.float32)
        by_entry = np.zeros(self._total, dtype=np.float32)
        by_phrase = np.zeros(len(self._phrases.texts), dtype=np.float32)
        for row, weight in zip(likeness, weights, strict=True):
            in_entry = row[self._in_entries] * self._entry_weights
            by_entry += weight * np.maximum.reduceat(in_entry, self._entry_starts)
            by_phrase += weight * np.maximum.reduceat(row[self._in_phrases], self._phrase_starts)
        heard = float(weights.sum())
        phrase_said = self._mass(likeness.max(axis=0) * self._rarity) / self._phrase_mass
        both_ways = np.sqrt(by_phrase / heard * phrase_said)
        whole = by_entry / np.float32(sqrt(heard * _SCALE))
        return whole, self._phrases.best(both_ways), self._phrases.together(both_ways, power=2)

    def _compare(self, term: str) -> tuple[Floats, float]:
        """How alike each word of the entries is to `term`, 0 to 1, and what `term` weighs."""
        same = self._stem_numbers.get(_stem(term))
        alike: Floats = (self._stem_of == (-1 if same is None else same)).astype(np.float32)
        if term.startswith("#"):
            return alike, float(self._rarity[self._words[term]])
        vector = self._vectors.look_up([term])[0]
        nearness = np.maximum(self._table @ vector - _MEANING_FLOOR, 0) / (1 - _MEANING_FLOOR)
        alike = np.maximum(alike, _MEANING * nearness)
        heard = sound(term)
        if (same is None or not vector.any()) and len(heard) >= _SHORTEST_SOUND:
            scorer = Indel.normalized_similarity
            close = cdist([heard], self._sounds, scorer=scorer, score_cutoff=_SOUND_FLOOR)[0]
            alike = np.maximum(alike, _SOUND * close**2)
        if same is None:
            return alike.astype(np.float32), rarity(0, self._total) * _UNKNOWN
        return alike.astype(np.float32), float(self._rarity[self._stem_of == same][0])

    def _number(self, terms: Iterable[str]) -> list[int]:
        return [self._words.setdefault(term, len(self._words)) for term in terms]

    def _weights(self, entry: Entry) -> dict[int, float]:
        """What each word weighs in an entry, with the other forms of the same stem."""
        places = [(_TITLE, entry.phrases[:1]), (1.0, entry.phrases[1:])]
        places += [(_SUMMARY, (entry.summary,)), (_DETAILS, entry.details)]
        held: defaultdict[str, float] = defaultdict(float)
        for weight, texts in places:
            for text in texts:
                for term in _terms(text):
                    held[term] += weight
        stems: defaultdict[str, float] = defaultdict(float)
        for term, weight in held.items():
            stems[_stem(term)] += weight
        return {
            number: float(stems[_stem(term)]) for term, number in zip(held, self._number(held), strict=True)
        }

    def _rarities(self, weights: Sequence[dict[int, float]]) -> Floats:
        holding: Counter[str] = Counter()
        for held in weights:
            holding.update({self._stems[number] for number, weight in held.items() if weight >= _HOLDS})
        return np.array(
            [
                rarity(holding[name], self._total) * (_CONCEPT if name.startswith("#") else 1.0)
                for name in self._stems
            ],
            dtype=np.float32,
        )

    def _mass(self, of_words: Floats) -> Floats:
        mass: Floats = np.add.reduceat(of_words[self._in_phrases], self._phrase_starts)
        return mass

    def _saturated(self, weights: Sequence[dict[int, float]]) -> Floats:
        lengths = [sum(held.values()) for held in weights]
        usual = sum(lengths) / len(lengths)
        saturated = []
        for held, length in zip(weights, lengths, strict=True):
            floor = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length / usual)
            saturated += [weight * (_SATURATION + 1) / (weight + floor) for weight in held.values()]
        return np.array(saturated, dtype=np.float32)


def _terms(text: str) -> list[str]:
    request = read_request(text)
    return [*request.words, *(f"#{concept}" for concept in request.concepts)]


def _stem(term: str) -> str:
    return term if term.startswith("#") else stem(term)
