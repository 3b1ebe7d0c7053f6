"""Small words around what is told: choices, first letters."""

from __future__ import annotations

from collections.abc import Iterable


def choice_of(things: Iterable[str]) -> str:
    """Things to choose from, as they are said: "le passeport, la carte d'identité, ou le permis"."""
    *first, last = things
    return f"{', '.join(first)}, ou {last}" if first else last


def lower_first(text: str) -> str:
    """A name inside a sentence; one that begins with two capitals is an abbreviation and keeps them."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
