"""Checks that what callers hear about procedures is easy French, in the spirit of FALC.

One idea a sentence, 12 words at most, known words. `python -m integrations.city_falc city/nimes` lists every
breach as `file:line: field: reason` and fails when there is one. Only readers with an intellectual disability
can say that a text is FALC: this finds what is certainly not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations.city_models import Text
from integrations.city_procedures import procedure_files
from integrations.city_yaml import MarkedYaml, read_yaml

MAX_WORDS = 12
_SPOKEN_FIELDS = ("summary", "documents", "price", "delay", "who")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")
_WORD = re.compile(r"[\wÀ-ÿ€%][\wÀ-ÿ'’€%.,/-]*")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon or semicolon ends one, for it is a pause when read aloud."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if _WORD.search(sentence)]


def n_words(sentence: str) -> int:
    """Words as the eye counts them: "l'acte" is one."""
    return len(_WORD.findall(sentence))


@dataclass(frozen=True, slots=True)
class Breach:
    """What is hard in a sentence: its length in words, or a word; hard, plain: "" for a long sentence."""

    sentence: str
    length: int
    hard: str = ""
    plain: str = ""


def find_breaches(text: str, hard_words: Mapping[str, str]) -> Iterator[Breach]:
    """Yield what is hard in a text. hard_words: each hard word, singular, and what to say instead."""
    for sentence in sentences(text):
        length = n_words(sentence)
        if length > MAX_WORDS:
            yield Breach(sentence, length)
        for hard, plain in hard_words.items():
            if re.search(rf"(?<!\w){re.escape(hard)}(?:s|x|e|es)?(?!\w)", sentence, re.IGNORECASE):
                yield Breach(sentence, length, hard, plain)


def breaches(text: str, hard_words: Mapping[str, str]) -> Iterator[str]:
    """Say what is hard in a text, as a fault of a file."""
    for breach in find_breaches(text, hard_words):
        if breach.hard:
            yield f"« {breach.hard} » is hard, say « {breach.plain} »: « {breach.sentence} »"
        else:
            yield f"{breach.length} words, {MAX_WORDS} at most: « {breach.sentence} »"


def load_hard_words(folder: Path) -> dict[str, str]:
    """Read a city's hard words. Raises CityDataError."""
    hard_words: dict[str, str] = read_yaml(folder / "hard_words.yml").validate(dict[Text, Text])
    return hard_words


def check_city(folder: Path) -> list[str]:
    """Every breach in a city's procedures. Raises CityDataError when a file cannot be read."""
    hard_words = load_hard_words(folder)
    faults: list[str] = []
    for path in procedure_files(folder):
        faults += _check_file(read_yaml(path), hard_words)
    return faults


def _check_file(document: MarkedYaml, hard_words: Mapping[str, str]) -> Iterator[str]:
    for code, fields in document.data["procedures"].items():
        for field in _SPOKEN_FIELDS:
            value = fields[field]
            parts = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, text in parts:
                location = ("procedures", code, field) + (() if index is None else (index,))
                for reason in breaches(str(text), hard_words):
                    yield document.fault(location, reason)


def main(folder: Path) -> int:
    """Print every breach; return the exit status."""
    faults = check_city(folder)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
