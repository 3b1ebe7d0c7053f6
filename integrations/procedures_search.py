"""Finds the procedure that a caller means, by what it is about, not by its exact title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from integrations.city_models import Authority
from integrations.city_procedures import Procedure
from integrations.procedures_search_alignment import Alignment
from integrations.procedures_search_entries import Entry, Floats, Phrases
from integrations.procedures_search_meaning import Meanings
from integrations.procedures_search_sounds import Sounds
from integrations.procedures_search_vectors import french_vectors

# Halfway between two fits by maximum likelihood: one on the development half of
# tests/data/procedures_queries.yml, one on phrasings of the catalogue, one in eight of each procedure, left
# out of the index and asked as a caller would (fitted on phrasings that are in it, weights would trust
# phrasings too much). "None of them" is one more answer, whose evidence is constant, so that as few
# requests of the development half find nothing as before. In order: whole entry, best phrase, all phrases
# (words); best phrase, whole entry (sounds); best phrase, all phrases (meaning).
_WEIGHTS = (3.56, 2.47, 1.33, 1.92, 1.39, 3.04, 2.4)
_NONE = 9.0

# Scores are probabilities. A clear answer is more likely than all the others together. Below `_UNLIKELY`, or
# when more likely no procedure is meant, proposing some would waste the caller's time.
_CLEAR = 0.5
_UNLIKELY = 0.2
_NOT_OURS = 0.5
_WORTH_OFFERING = 0.03
AT_MOST = 3


class Verdict(StrEnum):
    """What to do with candidates: take the first, offer them (three at most), or say that none is known."""

    CLEAR = "clear"
    SEVERAL = "several"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A procedure that may be meant. score: how likely, 0 to 1; all scores together are 1 at most."""

    procedure: Procedure
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, best first, and what to do with them; empty when the verdict is NONE."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]


class ProcedureSearch:
    """Searches a catalogue in memory, about 10 ms a request; the first also loads and indexes (about 1.5 s).

    authorities: those who answer instead of the city; a request that is theirs finds no procedure.
    """

    def __init__(self, procedures: Iterable[Procedure], authorities: Iterable[Authority] = ()) -> None:
        self._procedures = tuple(procedures)
        self._authorities = tuple(authorities)

    def load(self) -> None:
        """Load and index now, not at the first request. Raises FileNotFoundError without the vectors."""
        _ = self._index

    def find(self, words: str, limit: int = AT_MOST) -> tuple[Candidate, ...]:
        """Return the likeliest procedures, best first, however unlikely they are."""
        scores = self._index.probabilities(words)[: len(self._procedures)]
        best = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Candidate(self._procedures[index], float(scores[index])) for index in best)

    def search(self, words: str) -> Found:
        """Find what a caller means and say whether it is clear."""
        scores = self._index.probabilities(words)
        ours = scores[: len(self._procedures)]
        candidates = self.find(words)
        best = candidates[0].score if candidates else 0.0
        if best < _UNLIKELY or 1.0 - float(ours.sum()) > _NOT_OURS:
            return Found(Verdict.NONE, ())
        if best >= _CLEAR:
            return Found(Verdict.CLEAR, candidates[:1])
        return Found(Verdict.SEVERAL, tuple(c for c in candidates if c.score >= _WORTH_OFFERING))

    @cached_property
    def _index(self) -> _Index:
        return _Index([*map(_procedure_entry, self._procedures), *map(_authority_entry, self._authorities)])


class _Index:
    """Everything that entries are compared by."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        vectors = french_vectors()
        phrases = Phrases(entries)
        self._alignment = Alignment(entries, phrases, vectors)
        self._sounds = Sounds(phrases, [entry.summary for entry in entries])
        self._meanings = Meanings(entries, phrases, vectors)

    def features(self, words: str) -> Floats:
        """[7, entries], in the order of the weights."""
        parts = (
            self._alignment.features(words),
            self._sounds.features(words),
            self._meanings.features(words),
        )
        return np.array([feature for part in parts for feature in part], dtype=np.float32)

    def probabilities(self, words: str) -> Floats:
        """How likely each entry is meant; what is missing to 1 is how likely none of them is."""
        evidence = np.array(_WEIGHTS, dtype=np.float32) @ self.features(words)
        highest = max(float(evidence.max(initial=0.0)), _NONE)
        likely = np.exp(evidence - highest)
        share: Floats = likely / (likely.sum() + np.exp(_NONE - highest))
        return share


def _procedure_entry(procedure: Procedure) -> Entry:
    phrases = (procedure.title, *procedure.phrasings)
    return Entry(phrases, procedure.summary, (*procedure.documents, procedure.who))


def _authority_entry(authority: Authority) -> Entry:
    return Entry((authority.name, *authority.names, *authority.answers))
