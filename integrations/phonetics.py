"""French spelling to a coarse sound, so that what a recogniser wrote meets the name that was said.

One letter a sound, spaces ignored: "avenue bon part" and "avenue Bompard" are the same. Merged on purpose:
ai, è, é and e; the mute e and nothing; ill and i; silent endings and nothing; double letters and single.
Capitals are sounds without a letter of their own: A of "an", I of "in", O of "on", S of "chat", Z of "jour".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_VOWELS = "aeéèêiouy"
_NOT_VOWEL = f"(?![{_VOWELS}hnm])"
_MUTE_WORDS = {"de": "d", "le": "l", "que": "k", "et": "e", "est": "e", "les": "le", "des": "de", "aux": "o"}

# Spelling → sound, tried in this order at each letter of a word.
_RULES: tuple[tuple[str, str], ...] = (
    (r"(?<=[a-zéè]{2})er$", "e"),
    (r"e[tdz]s?$", "e"),
    (r"(?<=.)es?$", ""),
    (r"(?<=[aeéèêiouylrn])[dtsxzpg]+s?$", ""),
    (r"(?<=n)c$", ""),
    (r"e?aux?", "o"),
    (r"ouill?(?=e|é|$)", "ui"),
    (r"[oœ]?(?:eu|œu|ue)ill?", "2i"),
    (r"[oœ]eill?|œill?", "2i"),
    (r"œu|oeu|eû|eu", "2"),
    (r"œ", "2"),
    (r"a[iî]ll?(?=[eéaou]|$)", "ai"),
    (r"eill?(?=[eéaou]|$)", "ei"),
    (r"(?<=v)ill", "il"),
    (r"(?<=[bcdfghjklmnpqrst])ille?$", "i"),
    (r"(?<=[bcdfghjklmnpqrst])ill(?=[eéaou])", "i"),
    (rf"oin{_NOT_VOWEL}", "uI"),
    (r"oy(?=[aeiouéè])", "uai"),
    (r"oi|oî|oê", "ua"),
    (r"ou|oû|où", "u"),
    (rf"(?<=[iyé])en{_NOT_VOWEL}", "I"),
    (rf"[ae][iy](?:n{_NOT_VOWEL}|m(?=[bp]|$))", "I"),
    (rf"(?:[iîyu]n{_NOT_VOWEL}|[iyu]m(?=[bp]))", "I"),
    (rf"(?:[aâe]n{_NOT_VOWEL}|[ae]m(?=[bp]))", "A"),
    (rf"(?:[oô]n{_NOT_VOWEL}|om(?=[bp]))", "O"),
    (r"aï|ay(?=[aou])", "ai"),
    (r"a[iîy]|e[iîy]|[éèêë]", "e"),
    (r"[aàâ]", "a"),
    (r"[iîïy]", "i"),
    (r"[oô]", "o"),
    (r"tion", "siO"),
    (r"gu(?=[eéèêiy])", "g"),
    (r"ge(?=[aou])", "Z"),
    (r"gn", "ni"),
    (r"g(?=[eéèêiy])|j", "Z"),
    (r"g", "g"),
    (r"ch(?=[lrn])|qu|q|ck|cc(?![eéèiy])|k", "k"),
    (r"s?ch|sh", "S"),
    (r"s?c(?=[eéèêiy])|ç|ss", "s"),
    (r"c", "k"),
    (rf"(?<=[{_VOWELS}])s(?=[{_VOWELS}])", "z"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"w", "v"),
    (r"x", "ks"),
    (r"h", ""),
    (r"^e", "e"),
    (r"e(?=(?![bcdfgptv][lr]|ch|ph|th|gn)[b-df-hj-np-tv-xz]{2})", "e"),
    (r"e(?=[cflrm]$)", "e"),
    (r"e", ""),
    (r"[uûùü]", "y"),
    (r"[bdflmnprstvz]", r"\g<0>"),
    (r".", ""),
)
_SCAN = re.compile("|".join(f"({pattern})" for pattern, _ in _RULES))
_REPEAT = re.compile(r"(.)\1+")
_WORD = re.compile(r"[a-zàâçéèêëîïôûùüœ]+|\d+")
_UNITS = [
    "zéro",
    "un",
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
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}


def number_words(number: int) -> str:
    """How a number from 0 to 9,999 is said in French: 71 is "soixante et onze"."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        ten = 60 if 60 <= number < 80 else 80 if number >= 80 else number // 10 * 10
        rest = number - ten
        if not rest:
            return _TENS[ten] + ("s" if ten == 80 else "")
        link = " et " if rest in (1, 11) and ten != 80 else "-"
        return f"{_TENS[ten]}{link}{number_words(rest)}"
    size, name = (1000, "mille") if number >= 1000 else (100, "cent")
    head = "" if number // size == 1 else f"{number_words(number // size)} "
    tail = f" {number_words(number % size)}" if number % size else ""
    return f"{head}{name}{tail}"


def sound(text: str) -> str:
    """The sound of `text`, "" when it holds no French letter. Digits sound as they are said."""
    return _REPEAT.sub(r"\1", "".join(_word_sound(word) for word in words(text)))


def words(text: str) -> list[str]:
    """The words of `text` in lower case, digits apart; apostrophes and hyphens separate."""
    return [word for word, _, _ in word_spans(text)]


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` in NFC, as `words` gives them, each with its start and end."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return [(match.group(), *match.span()) for match in _WORD.finditer(lowered)]


@lru_cache(maxsize=8192)
def _word_sound(word: str) -> str:
    if word.isdecimal():
        return sound(number_words(int(word))) if len(word) <= 4 else ""
    if word in _MUTE_WORDS:
        return _MUTE_WORDS[word]
    return _SCAN.sub(_replace, word)


def _replace(match: re.Match[str]) -> str:
    replacement = _RULES[(match.lastindex or 1) - 1][1]
    return match.group() if replacement == r"\g<0>" else replacement


# Sounds that the telephone band or a small model confuses: cheaper to swap than any other two.
_CLOSE = {
    frozenset(pair)
    for pair in [
        "sz",
        "fv",
        "td",
        "pb",
        "kg",
        "SZ",
        "mn",
        "AO",
        "Aa",
        "AI",
        "Ie",
        "Oo",
        "yu",
        "yi",
        "e2",
        "yo",
        "2o",
        "ae",
        "lr",
        "sf",
        "bv",
        "bd",
        "pt",
        "kt",
        "sS",
        "zZ",
        "ui",
        "ie",
    ]
}
_VOWEL_SOUNDS = frozenset("aeiouy2AIO")
_DROP_COST = {"e": 0.4, "2": 0.6, "r": 0.7, "t": 0.7, "s": 0.8, "l": 0.8, "n": 0.8, "d": 0.8, "i": 0.7}


def similarity(said: str, meant: str) -> float:
    """How alike two sounds are, 0 to 1: edit distance in which confusable sounds cost less."""
    if not said or not meant:
        return 0.0
    previous = [0.0]
    for symbol in meant:
        previous.append(previous[-1] + _DROP_COST.get(symbol, 1.0))
    for symbol in said:
        drop = _DROP_COST.get(symbol, 1.0)
        current = [previous[0] + drop]
        for index, other in enumerate(meant):
            current.append(
                min(
                    previous[index] + _swap_cost(symbol, other),
                    previous[index + 1] + drop,
                    current[index] + _DROP_COST.get(other, 1.0),
                )
            )
        previous = current
    return max(0.0, 1.0 - previous[-1] / max(len(said), len(meant)))


@lru_cache(maxsize=1024)
def _swap_cost(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if frozenset((one, other)) in _CLOSE:
        return 0.4
    return 0.7 if one in _VOWEL_SOUNDS and other in _VOWEL_SOUNDS else 1.0
