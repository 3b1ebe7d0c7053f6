"""Finds the reference in what a caller said or typed: the check digit decides where speech leaves it open.

"Quatre vingt douze" may be 92, 80 12 or 4 20 12, and callers group digits as they like: every reading is
tried, and only those whose check digit is right are kept. With hyphens, it is 92.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from text_to_num import text2num

from integrations.references import MAX_DIGITS, format_digits, is_valid

# Words between the digits that mean nothing.
_FILLERS = frozenset({"euh", "heu", "puis", "ensuite", "tiret", "espace", "point", "virgule", "slash"})
# What recognisers write for a digit said alone; tried only when nothing else fits.
_SOUNDS_LIKE = {
    "zéros": "zéro",
    "hein": "un",
    "de": "deux",
    "d'eux": "deux",
    "toi": "trois",
    "troie": "trois",
    "sinq": "cinq",
    "saint": "cinq",
    "sein": "cinq",
    "si": "six",
    "scie": "six",
    "cet": "sept",
    "cette": "sept",
    "set": "sept",
    "oui": "huit",
    "wit": "huit",
    "oeuf": "neuf",
    "dis": "dix",
    "vin": "vingt",
    "vint": "vingt",
    "sans": "cent",
    "sang": "cent",
}
# Longest number said as one: "quatre cent quatre vingt dix sept".
_MAX_NUMBER_WORDS = 6
# A reference spelled digit by digit, twice: longer runs are not references.
_MAX_RUN_WORDS = 2 * MAX_DIGITS
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+(?:['-][^\W\d_]+)*")


def spoken_references(text: str, prefix: str) -> Sequence[str]:
    """Return the references that a text may mean, in their stored form, shortest first; () when it has none.

    Several only when several readings have a right check digit: one in ten does by chance.
    """
    tokens = [token for token in _tokens(text, prefix) if token not in _FILLERS]
    repaired = [_SOUNDS_LIKE.get(token, token) for token in tokens]
    for attempt in (tokens, repaired):
        found: dict[str, None] = {}
        for run in _runs(attempt):
            found |= dict.fromkeys(digits for digits in _readings(run) if is_valid(digits))
        if found:
            return [format_digits(prefix, digits) for digits in sorted(found, key=len)]
    return ()


def _tokens(text: str, prefix: str) -> list[str]:
    lowered = text.lower().replace("’", "'")
    # Typed without spaces, the prefix sticks to the digits.
    parted = re.sub(rf"\b{re.escape(prefix.lower())}(?=[\d_])", " ", lowered)
    tokens: list[str] = []
    for token in _TOKEN.findall(parted):
        tokens += [token] if _number((token,)) is not None else token.split("-")
    return tokens


def _runs(tokens: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the longest stretches of words that are numbers."""
    run: list[str] = []
    for token in (*tokens, ""):
        if token and (_number((token,)) is not None or (token == "et" and run)):
            run.append(token)
        elif run:
            yield tuple(run)
            run = []


def _readings(run: tuple[str, ...]) -> Sequence[str]:
    """Return the strings of digits that a run of number words may stand for."""
    if len(run) > _MAX_RUN_WORDS:
        return ()
    # readings[i]: what the words before i may stand for.
    readings: list[dict[str, None]] = [{"": None}, *({} for _ in run)]
    for start in range(len(run)):
        for end in range(start + 1, min(start + _MAX_NUMBER_WORDS, len(run)) + 1):
            number = _number(run[start:end])
            if number is not None:
                longer = (before + number for before in readings[start])
                readings[end] |= dict.fromkeys(digits for digits in longer if len(digits) <= MAX_DIGITS)
    return list(readings[-1])


@lru_cache(maxsize=4096)
def _number(words: tuple[str, ...]) -> str | None:
    """Return the digits of one number, as it is written; None when the words are not one number."""
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        return words[0]
    if any(word.isdigit() for word in words) or words[0] == "et" or (len(words) > 1 and words[0] == "zéro"):
        return None
    try:
        return str(text2num(" ".join(words), "fr"))
    except ValueError:
        return None
