"""Entities named in a sentence, and how Rasa writes them: `un [trou](problem_type)`; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# What Rasa's format uses, or what it takes for an order ("/intent") or for a line of its own.
_FORBIDDEN = re.compile(r"[\[\]{}\\]")
_MARKED = re.compile(
    r"\[(?P<words>[^\]]+)\](?:\((?P<entity>[^):]+)(?::(?P<value>[^)]*))?\)|(?P<json>\{[^}]*\}))"
)
MAX_CHARACTERS = 500


class MarkError(Exception):
    """Marks or words that cannot be written as an example; the message, in French, is for who marked."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One entity. start, end: characters of the sentence, end excluded.

    value: what was meant when the words say it otherwise, "" for the words themselves. role: "" for none.
    """

    start: int
    end: int
    entity: str
    value: str = ""
    role: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "entity": self.entity,
            "value": self.value,
            "role": self.role,
        }


def read_mark(raw: Mapping[str, Any]) -> Mark:
    """Read what `Mark.as_json` wrote, or an entity as Rasa reports it. Raises MarkError."""
    try:
        return Mark(
            int(raw["start"]),
            int(raw["end"]),
            str(raw["entity"]),
            str(raw.get("value") or ""),
            str(raw.get("role") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MarkError("Cette marque est incomplète.") from error


def checked(text: str, marks: Iterable[Mark], entities: Container[str]) -> tuple[Mark, ...]:
    """Return the marks in order, without the blanks at their ends. Raises MarkError."""
    if not any(character.isalnum() for character in text):
        raise MarkError("Le texte est vide.")
    if text.startswith("/") or _FORBIDDEN.search(text):
        raise MarkError("Le texte ne peut contenir ni crochets, ni accolades, ni barre au début.")
    if len(text) > MAX_CHARACTERS:
        raise MarkError(f"Le texte dépasse {MAX_CHARACTERS} caractères.")
    kept = tuple(sorted((_tight(text, mark) for mark in marks), key=lambda mark: mark.start))
    for mark in kept:
        if mark.entity not in entities:
            raise MarkError("Cette entité n'existe pas.")
        if _FORBIDDEN.search(mark.value + mark.role) or '"' in mark.value + mark.role:
            raise MarkError("Une valeur ne peut contenir ni crochets, ni accolades, ni guillemets.")
    for one, following in pairwise(kept):
        if following.start < one.end:
            raise MarkError("Deux entités se chevauchent.")
    return kept


def _tight(text: str, mark: Mark) -> Mark:
    if not 0 <= mark.start < mark.end <= len(text):
        raise MarkError("Une entité est marquée hors du texte.")
    words = text[mark.start : mark.end]
    start = mark.start + len(words) - len(words.lstrip())
    end = mark.end - (len(words) - len(words.rstrip()))
    if start >= end:
        raise MarkError("Une entité ne marque aucun mot.")
    value = "" if mark.value.casefold() == text[start:end].casefold() else mark.value.strip()
    return Mark(start, end, mark.entity, value, mark.role.strip())


def to_rasa(text: str, marks: Iterable[Mark]) -> str:
    """Write one example as a line of Rasa's format, without its dash."""
    parts, at = [], 0
    for mark in sorted(marks, key=lambda each: each.start):
        parts += [text[at : mark.start], f"[{text[mark.start : mark.end]}]{_named(mark)}"]
        at = mark.end
    return " ".join("".join([*parts, text[at:]]).split())


def from_rasa(line: str) -> tuple[str, tuple[Mark, ...]]:
    """Read a line of Rasa's format, with or without its dash."""
    line = line.strip().removeprefix("- ")
    text, marks, at = "", [], 0
    for match in _MARKED.finditer(line):
        text += line[at : match.start()]
        start = len(text)
        text += match["words"]
        named = json.loads(match["json"]) if match["json"] else {}
        entity = str(named.get("entity") or match["entity"])
        value = str(named.get("value") or match["value"] or "")
        marks.append(Mark(start, len(text), entity, value, str(named.get("role") or "")))
        at = match.end()
    return text + line[at:], tuple(marks)


def _named(mark: Mark) -> str:
    if not mark.value and not mark.role:
        return f"({mark.entity})"
    named = {"entity": mark.entity, "value": mark.value, "role": mark.role}
    return json.dumps({key: value for key, value in named.items() if value}, ensure_ascii=False)
