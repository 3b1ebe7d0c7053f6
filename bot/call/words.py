"""Words as they compare: no case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in order; "l'école" is two of them."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return tuple(re.findall(r"[a-z0-9]+", letters))


def vocabulary(*lines: str) -> frozenset[str]:
    """Return the words of these lines."""
    return frozenset(word for line in lines for word in line.split())


def phrases(*lines: str) -> frozenset[tuple[str, ...]]:
    """Return the phrases of these lines, parted by "|", word by word."""
    return frozenset(tuple(phrase.split()) for line in lines for phrase in line.split("|"))
