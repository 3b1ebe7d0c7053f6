"""What a model made of a test set, counted; pure."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Entity:
    """A named stretch of a sentence. start, end: characters, end excluded."""

    name: str
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Turn:
    """One sentence: what was wanted and what was found.

    tokens: start and end of each word, characters. is_trained: the same everyday words are trained on.
    is_tuned_on: of the half whose counts choices are made by.
    """

    intent: str
    found_intent: str
    confidence: float
    entities: tuple[Entity, ...]
    found_entities: tuple[Entity, ...]
    tokens: tuple[tuple[int, int], ...]
    took_ms: float
    is_trained: bool = False
    is_tuned_on: bool = False


@dataclass(frozen=True)
class Score:
    """How often something was found. wanted, found, right: counts."""

    wanted: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        both = self.wanted + self.found
        return 2 * self.right / both if both else 0.0


def read_turns(rows: Iterable[Mapping[str, Any]], trained: Container[str] = ()) -> tuple[Turn, ...]:
    """Read what `bot.rasa_env.parse_set` wrote of one set. trained: hashes of the sentences trained on."""
    return tuple(
        Turn(
            row["intent"],
            row["found_intent"],
            row["confidence"],
            _entities(row["entities"]),
            _entities(row["found_entities"]),
            tuple((start, end) for start, end in row["tokens"]),
            row["took_ms"],
            row["said_hash"] in trained,
            row["is_tuned_on"],
        )
        for row in rows
    )


def _entities(rows: Iterable[Mapping[str, Any]]) -> tuple[Entity, ...]:
    return tuple(Entity(row["entity"], row["start"], row["end"], str(row["value"])) for row in rows)


def intent_accuracy(turns: Sequence[Turn]) -> float:
    """The share of sentences whose intent is right; a fallback counts as wrong."""
    return sum(turn.found_intent == turn.intent for turn in turns) / len(turns)


def fallback_share(turns: Sequence[Turn]) -> float:
    """The share of sentences that the model did not dare to name."""
    return sum(turn.found_intent == FALLBACK for turn in turns) / len(turns)


def intent_scores(turns: Sequence[Turn]) -> dict[str, Score]:
    """Per intent, in alphabetical order."""
    wanted = Counter(turn.intent for turn in turns)
    found = Counter(turn.found_intent for turn in turns)
    right = Counter(turn.intent for turn in turns if turn.intent == turn.found_intent)
    return {name: Score(wanted[name], found[name], right[name]) for name in sorted(wanted)}


def confusions(turns: Sequence[Turn]) -> list[tuple[str, str, int]]:
    """What was taken for what and how often, worst first."""
    pairs = Counter((turn.intent, turn.found_intent) for turn in turns if turn.intent != turn.found_intent)
    return [(wanted, found, count) for (wanted, found), count in pairs.most_common()]


def entity_scores_by_word(turns: Sequence[Turn]) -> dict[str, Score]:
    """Per entity, each word counted on its own, as `rasa test` does."""
    wanted, found, right = Counter[str](), Counter[str](), Counter[str]()
    for turn in turns:
        for token in turn.tokens:
            is_wanted, is_found = _names_at(token, turn.entities), _names_at(token, turn.found_entities)
            wanted.update(is_wanted)
            found.update(is_found)
            right.update(is_wanted & is_found)
    return _scores(wanted, found, right)


def entity_scores_whole(turns: Sequence[Turn]) -> dict[str, Score]:
    """Per entity, right only when it starts and ends where it should."""
    wanted, found, right = Counter[str](), Counter[str](), Counter[str]()
    for turn in turns:
        is_wanted = {(entity.name, entity.start, entity.end) for entity in turn.entities}
        is_found = {(entity.name, entity.start, entity.end) for entity in turn.found_entities}
        wanted.update(name for name, _, _ in is_wanted)
        found.update(name for name, _, _ in is_found)
        right.update(name for name, _, _ in is_wanted & is_found)
    return _scores(wanted, found, right)


def value_accuracy(turns: Sequence[Turn], name: str) -> float:
    """Of the entities found where they should be, the share whose value is the one that was meant."""
    verdicts = [
        found.value == entity.value
        for turn in turns
        for entity in turn.entities
        for found in turn.found_entities
        if entity.name == found.name == name and (entity.start, entity.end) == (found.start, found.end)
    ]
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def total(scores: Mapping[str, Score]) -> Score:
    """All of them together, each occurrence with the same weight."""
    return Score(
        sum(score.wanted for score in scores.values()),
        sum(score.found for score in scores.values()),
        sum(score.right for score in scores.values()),
    )


def latencies_ms(turns: Sequence[Turn]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    times_ms = [turn.took_ms for turn in turns]
    return statistics.median(times_ms), statistics.quantiles(times_ms, n=20)[-1]


def _names_at(token: tuple[int, int], entities: Iterable[Entity]) -> set[str]:
    start, end = token
    return {entity.name for entity in entities if entity.start < end and start < entity.end}


def _scores(wanted: Counter[str], found: Counter[str], right: Counter[str]) -> dict[str, Score]:
    return {name: Score(wanted[name], found[name], right[name]) for name in sorted(wanted | found)}
