"""Takes people out of a sentence before it is kept: others of the same shape stand in their place; pure.

The same name of the same conversation gets the same other name, so that a conversation stays one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.learn.marks import Mark
from integrations import references

PERSONAL_ENTITIES = {
    "person_name": "person",
    "phone_number": "phone",
    "email": "email",
    "reference": "reference",
}
_KINDS = frozenset((*PERSONAL_ENTITIES.values(), "identifier"))
# Numbers that the regulator (Arcep) keeps free for films and books, by how a number begins.
_FREE = {"01": "0199", "02": "0261", "03": "0353", "04": "0465", "05": "0536", "06": "0639", "07": "0639"}
_MIDDLE = {"0199": "00", "0261": "91", "0353": "01", "0465": "71", "0536": "49", "0639": "98"}
_TITLES = frozenset(("m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "docteur", "maître"))
_JOINING = frozenset(("de", "du", "des", "la", "le", "les", "d", "l", "et"))
_WORD = re.compile(r"[^\W\d_]+")
_MAIL_DOMAIN = "exemple.fr"


class Personal(Protocol):
    """A stretch of a sentence that tells who somebody is."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names to choose from, in lower case."""

    firsts: Sequence[str]
    lasts: Sequence[str]


class Pseudonyms:
    """find: tells what is personal in a sentence; its kinds are those of `_KINDS`."""

    def __init__(self, find: Callable[[str], Iterable[Personal]], names: Names) -> None:
        self._find = find
        self._names = names

    def is_personal(self, text: str, marks: Iterable[Mark]) -> bool:
        """Whether anything in it tells who somebody is."""
        return bool(self._stretches(text, marks))

    def applied(self, text: str, marks: Sequence[Mark], key: str) -> tuple[str, tuple[Mark, ...]]:
        """Return the sentence about others, its marks where their words now are. key: the conversation."""
        parts: list[str] = []
        moved = list(marks)
        at, shift = 0, 0
        for stretch in self._stretches(text, marks):
            other = self._other(text[stretch.start : stretch.end], stretch.kind, key)
            parts += [text[at : stretch.start], other]
            moved = [
                _moved(mark, before, stretch, shift, len(other))
                for mark, before in zip(moved, marks, strict=True)
            ]
            shift += len(other) - (stretch.end - stretch.start)
            at = stretch.end
        return "".join([*parts, text[at:]]), tuple(moved)

    def _stretches(self, text: str, marks: Iterable[Mark]) -> list[_Stretch]:
        """In order, none over another; what people marked goes before what was found by itself."""
        marks = tuple(marks)
        kept = [
            _Stretch(mark.start, mark.end, PERSONAL_ENTITIES[mark.entity])
            for mark in marks
            if mark.entity in PERSONAL_ENTITIES
        ]
        taken: list[_Stretch | Mark] = [*kept, *marks]
        for found in self._find(text):
            # "rue Émile Jamais" is no person, whatever it looks like.
            is_taken = any(found.start < each.end and each.start < found.end for each in taken)
            if not is_taken and found.kind in _KINDS:
                kept.append(_Stretch(found.start, found.end, found.kind))
                taken.append(kept[-1])
        return sorted(kept, key=lambda each: each.start)

    def _other(self, words: str, kind: str, key: str) -> str:
        match kind:
            case "phone":
                return _other_phone(words, key)
            case "email":
                return self._other_email(words, key)
            case "reference" | "identifier":
                return _other_reference(words, key)
            case _:
                return self._other_person(words, key)

    def _other_person(self, words: str, key: str) -> str:
        found = [match.group() for match in _WORD.finditer(words) if not _stays(match.group())]

        def one(match: re.Match[str]) -> str:
            word = match.group()
            if _stays(word):
                return word
            is_first = word.casefold() in self._names.firsts or (len(found) > 1 and word == found[0])
            return _cased(word, _pick(self._names.firsts if is_first else self._names.lasts, word, key))

        return _WORD.sub(one, words)

    def _other_email(self, words: str, key: str) -> str:
        local, sign, _ = words.partition("@")
        if not sign:
            return f"{_pick(self._names.lasts, words, key)} arobase exemple point fr"
        return f"{self._other_person(_without_digits(local), key)}@{_MAIL_DOMAIN}"


def _moved(mark: Mark, before: Mark, stretch: _Stretch, shift: int, length: int) -> Mark:
    """One mark after one replacement. before: the mark as it was in the original sentence."""
    difference = length - (stretch.end - stretch.start)
    if before.start >= stretch.end:
        return replace(mark, start=mark.start + difference, end=mark.end + difference)
    if before.end <= stretch.start:
        return mark
    # What was meant by the words is gone with them.
    return replace(mark, end=stretch.start + shift + length, value="")


def _other_phone(words: str, key: str) -> str:
    digits = [character for character in words if character.isdigit()]
    start = 2 if words.lstrip().startswith("+33") else 0
    national = "".join(digits) if not start else "0" + "".join(digits[2:])
    free = _FREE.get(national[:2], "0639")
    made = free + _MIDDLE[free] + _digits(national, key, 4)
    fresh = iter(made if not start else "33" + made[1:])
    return "".join(next(fresh, "0") if character.isdigit() else character for character in words)


def _other_reference(words: str, key: str) -> str:
    n_digits = sum(character.isdigit() for character in words)
    if not references.MIN_DIGITS <= n_digits <= references.MAX_DIGITS:
        made: Iterator[str] = iter(_digits(words, key, n_digits))
    else:
        # The year stays: it is no secret, and it makes the number a likely one.
        year = [character for character in words if character.isdigit()][: references.YEAR_DIGITS]
        body = "".join(year) + _digits(words, key, n_digits - references.YEAR_DIGITS - 1)
        made = iter(f"{body}{references.check_digit(body)}")
    return "".join(next(made) if character.isdigit() else character for character in words)


def _stays(word: str) -> bool:
    return word.casefold() in _TITLES | _JOINING


def _without_digits(words: str) -> str:
    return re.sub(r"\d+", "", words) or "contact"


def _number(words: str, key: str) -> int:
    digest = hashlib.sha256(f"{key}\0{words.casefold()}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _digits(words: str, key: str, count: int) -> str:
    return str(_number(words, key)).zfill(count)[-count:] if count else ""


def _pick(names: Sequence[str], word: str, key: str) -> str:
    """One that is not the word itself."""
    at = _number(word, key) % len(names)
    chosen = names[at]
    return chosen if chosen.casefold() != word.casefold() else names[(at + 1) % len(names)]


def _cased(word: str, other: str) -> str:
    return other.title() if word[:1].isupper() else other
