"""Which of several things the caller picked by its place: "la deuxième", "le dernier", "la 3"."""

from __future__ import annotations

import re

_RANKS = (
    r"\b(?:premi[eè]re?|1)\b|^(?:la |le )?une?$",
    r"\b(?:deuxi[eè]me|seconde?|2|deux)\b",
    r"\b(?:troisi[eè]me|3|trois)\b",
)
_LAST = r"\bderni[eè]re?\b"
# A number inside a longer answer is part of its name: "le 3 bis rue Nationale".
_FEW_WORDS = 5


def chosen_rank(said: str, n_choices: int) -> int | None:
    """The index of the choice that was picked by its rank; None when no rank was said."""
    if len(said.split()) > _FEW_WORDS:
        return None
    if re.search(_LAST, said, re.IGNORECASE):
        return n_choices - 1
    for rank, words in enumerate(_RANKS[:n_choices]):
        if re.search(words, said, re.IGNORECASE):
            return rank
    return None
