"""Whether a sentence is new to the training data, stands there already, or is kept for evaluation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml
from rapidfuzz import fuzz, process

from bot.evaluate.plain import plain
from bot.learn.marks import Mark, from_rasa

# As tests/unit/test_nlu_data_honest.py holds the training data to.
NEAR = 95.0
EVERYDAY_WORDS = 3


class Verdict(StrEnum):
    """What a sentence is to the training data."""

    NEW = "new"
    SAME = "same"
    OTHER_INTENT = "other_intent"
    OTHER_MARKS = "other_marks"
    RESERVED = "reserved"


@dataclass(frozen=True, slots=True)
class Example:
    """One training sentence: its intent and its line in Rasa's format."""

    intent: str
    line: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, and the example that it is about (never one of the evaluation sentences)."""

    verdict: Verdict
    known: Example | None = None


class KnownExamples:
    """The training sentences, and those that nothing may be trained on. reserved: plain sentences."""

    def __init__(self, examples: Iterable[Example], reserved: Iterable[str]) -> None:
        self._examples: Mapping[str, list[Example]] = _by_words(examples)
        self._reserved = frozenset(reserved) - self._examples.keys()
        self._long = [each for each in self._reserved if len(each.split()) > EVERYDAY_WORDS]

    def check(self, example: Example, besides: Sequence[Example] = ()) -> Checked:
        """besides: what else is proposed, to be held against as if it were trained on."""
        words = plain(example.line)
        if self._is_reserved(words):
            return Checked(Verdict.RESERVED)
        known = [*self._examples.get(words, ()), *(each for each in besides if plain(each.line) == words)]
        for other in known:
            if other.intent != example.intent:
                return Checked(Verdict.OTHER_INTENT, other)
        for other in known:
            if _named(other.line) != _named(example.line):
                return Checked(Verdict.OTHER_MARKS, other)
        return Checked(Verdict.SAME, known[0]) if known else Checked(Verdict.NEW)

    def _is_reserved(self, words: str) -> bool:
        if words in self._reserved:
            return True
        if len(words.split()) <= EVERYDAY_WORDS or words in self._examples:
            return False
        return process.extractOne(words, self._long, scorer=fuzz.ratio, score_cutoff=NEAR) is not None


def read_examples(paths: Iterable[Path]) -> Iterator[Example]:
    """The examples of files in Rasa's format."""
    for path in paths:
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                for line in block["examples"].splitlines():
                    yield Example(block["intent"], line.strip().removeprefix("- "))


def merged(examples: Iterable[Example]) -> str:
    """Many examples as one file in Rasa's format."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[example.intent].append(f"      - {example.line}\n")
    blocks = [f"  - intent: {intent}\n    examples: |\n{''.join(by_intent[intent])}" for intent in by_intent]
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def load_known(root: Path, learned: Iterable[Path]) -> KnownExamples:
    """Read the training data of a checkout and what was learned since. learned: files in Rasa's format."""
    trained = sorted((root / "nlu_data" / "nlu").glob("*.yml"))
    return KnownExamples(read_examples([*trained, *learned]), _reserved(root))


def _reserved(root: Path) -> Iterator[str]:
    for path in (root / "nlu_data" / "tests").glob("*.yml"):
        yield from (plain(example.line) for example in read_examples([path]))
    for name, key in (("emergency.yml", "text"), ("procedures_queries.yml", "said")):
        path = root / "tests" / "data" / name
        if path.exists():
            yield from (plain(case[key]) for case in yaml.safe_load(path.read_text(encoding="utf-8")))


def _by_words(examples: Iterable[Example]) -> Mapping[str, list[Example]]:
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[plain(example.line)].append(example)
    return dict(found)


def _named(line: str) -> list[tuple[str, str, str]]:
    """What is marked: the words, the entity and the value, whatever the case."""
    text, marks = from_rasa(line)
    return [(plain(text[mark.start : mark.end]), mark.entity, _value(mark)) for mark in marks]


def _value(mark: Mark) -> str:
    return plain(mark.value)
