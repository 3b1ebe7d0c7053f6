"""Marks that were made in what was said, moved into what the dialogue engine is given; pure.

The engine never sees "au douze rue de la république" but "au 12 rue de la République": examples must be
written as it sees them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from bot.learn.marks import Mark

_WORD = re.compile(r"\w+|[^\w\s]")
_ENDS = re.compile(r"[\s.!?…,;:]+$")


def as_engine_sees(
    text: str, marks: Sequence[Mark], normalise: Callable[[str], str]
) -> tuple[str, tuple[Mark, ...]]:
    """Return the sentence in lower case with its numbers in digits, and each mark where its words went."""
    said, written = text.strip(), normalise(text.strip())
    moved = tuple(_moved(mark, said, written) for mark in _shifted(text, marks))
    if any(mark is None for mark in moved):
        written, kept = _piecewise(text, marks, normalise)
    else:
        kept = tuple(mark for mark in moved if mark is not None)
    return _plain_case(written, kept)


def _shifted(text: str, marks: Sequence[Mark]) -> list[Mark]:
    blanks = len(text) - len(text.lstrip())
    return [replace(mark, start=mark.start - blanks, end=mark.end - blanks) for mark in marks]


def _moved(mark: Mark, said: str, written: str) -> Mark | None:
    """Follow a mark word by word; None where it begins or ends within words that were written otherwise."""
    before = list(_WORD.finditer(said))
    after = list(_WORD.finditer(written))
    matcher = SequenceMatcher(
        None, [word.group().casefold() for word in before], [word.group().casefold() for word in after], False
    )
    inside = [
        index for index, word in enumerate(before) if word.start() < mark.end and mark.start < word.end()
    ]
    if not inside:
        return None
    start, end = inside[0], inside[-1] + 1
    first = last = None
    for kind, from_said, to_said, from_written, to_written in matcher.get_opcodes():
        if from_said <= start < to_said:
            if kind == "equal":
                first = from_written + start - from_said
            elif from_said == start:
                first = from_written
        if from_said < end <= to_said:
            if kind == "equal":
                last = from_written + end - from_said
            elif to_said == end:
                last = to_written
    if first is None or last is None or first >= last:
        return None
    return replace(mark, start=after[first].start(), end=after[last - 1].end())


def _piecewise(
    text: str, marks: Sequence[Mark], normalise: Callable[[str], str]
) -> tuple[str, tuple[Mark, ...]]:
    """Each marked stretch and what lies between them, by themselves."""
    written, moved, at = "", [], 0
    for mark in sorted(marks, key=lambda each: each.start):
        written = _joined(written, normalise(text[at : mark.start].strip()), text[at : at + 1])
        piece = normalise(text[mark.start : mark.end])
        written = _joined(written, piece, text[mark.start - 1 : mark.start])
        moved.append(replace(mark, start=len(written) - len(piece), end=len(written)))
        at = mark.end
    return _joined(written, normalise(text[at:].strip()), text[at : at + 1]), tuple(moved)


def _joined(before: str, after: str, between: str) -> str:
    """Put a blank where one was: "l'" and "école" belong together."""
    if not before or not after:
        return before + after
    return f"{before} {after}" if between.isspace() else before + after


def _plain_case(text: str, marks: tuple[Mark, ...]) -> tuple[str, tuple[Mark, ...]]:
    """As the training sentences are written: lower case, no punctuation at the end."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    end = max((mark.end for mark in marks), default=0)
    tail = _ENDS.sub("", lowered[end:])
    kept = lowered[:end] + tail
    return kept, tuple(
        replace(mark, value="" if mark.value.casefold() == kept[mark.start : mark.end] else mark.value)
        for mark in marks
    )
