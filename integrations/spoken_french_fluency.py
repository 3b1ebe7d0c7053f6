"""Hesitations and stammers taken out of what was said, without touching what carries meaning."""

from __future__ import annotations

import re

_WORD = r"[a-zàâçéèêëîïôûùüœ']+"
_HESITATION = re.compile(r"\b(?:eu+h+|he+u+|hu+m+|hm+|mh+m*)\b[\s,.…]*", re.IGNORECASE)
# "ben" opens what is said, or follows another small word; in "rue Ben Barka" it is a name.
_BEN = re.compile(
    r"(?P<before>^|[,.;!?]\s*|\b(?:oui|non|alors|et|mais|bon)\s+)(?:ben|bah)\b[\s,]*", re.IGNORECASE
)
_HEIN = re.compile(r"[\s,]*\bhein\b", re.IGNORECASE)
_REPEATED_WORD = re.compile(rf"\b({_WORD})(?:,?\s+\1\b)+", re.IGNORECASE)
_REPEATED_PAIR = re.compile(rf"\b({_WORD}\s+{_WORD})(?:,?\s+\1\b)+", re.IGNORECASE)
# Said twice, these are grammar, or digits.
_MAY_REPEAT = frozenset(
    [
        "nous",
        "vous",
        "zéro",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "treize",
        "quatorze",
        "quinze",
        "seize",
        "vingt",
        "trente",
        "quarante",
        "cinquante",
        "soixante",
        "cent",
        "mille",
    ]
)
_DIGIT_NEXT = re.compile(r"\s+(?:zéro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)\b", re.IGNORECASE)


def without_hesitation(text: str) -> str:
    """`text` without "euh", "ben" and words said twice by mistake."""
    text = _HESITATION.sub("", text)
    text = _BEN.sub(lambda match: match["before"], text)
    text = _HEIN.sub("", text)
    text = _REPEATED_WORD.sub(_once, text)
    text = _REPEATED_PAIR.sub(_once, text)
    return " ".join(text.split())


def _once(match: re.Match[str]) -> str:
    said = match.group(1).lower()
    is_letter = len(said) == 1
    is_a_digit = said == "un" and _DIGIT_NEXT.match(match.string, match.end())
    has_number = any(word in _MAY_REPEAT for word in said.split())
    return match.group() if is_letter or is_a_digit or has_number else match.group(1)
