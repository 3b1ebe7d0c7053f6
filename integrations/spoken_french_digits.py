"""Runs of digits said aloud: phone numbers and references.

"quatre vingt dix" is 90, but also 4 20 10, 80 10 and 4 90: every reading of a run is tried, the usual one
first, until one is a phone number or has the right check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import phonenumbers

from integrations import references

_UNITS = {
    word: str(n)
    for n, word in enumerate(["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"])
}
_UNITS |= {"zero": "0", "une": "1", "cinque": "5", "set": "7", "uit": "8"}
_TEENS = {
    word: str(n)
    for n, word in enumerate(["dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"], start=10)
}
_TENS = {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_TENS |= {"septante": 70, "octante": 80, "huitante": 80, "nonante": 90}
_BETWEEN = frozenset(["et", "euh", "heu", "puis", "ensuite", "tiret", "point", "espace", "virgule", "alors"])
_TOKEN = re.compile(r"\+?\d+|[a-zàâçéèêëîïôûùü]+")
_MAX_READINGS = 3_000
_PHONE_DIGITS = 10
# What a recogniser writes for the prefix of a reference, said as a word.
_PREFIX = re.compile(r"\b(?:n\W{0,2}i\W{0,2}m|n[iî]me?s?|nym)\W*$", re.IGNORECASE)
_COUNTRY = re.compile(r"\b(?:plus|indicatif)\s+$", re.IGNORECASE)
_CUE = re.compile(r"\b(?:référence|dossier|signalement)s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigitsSaid:
    """Digits found in a text, and where: text[start:end] said them."""

    digits: str
    start: int
    end: int


def find_phone(text: str) -> DigitsSaid | None:
    """The first French phone number in `text`, as ten digits; None when there is none."""
    for run in _runs(text):
        country = _COUNTRY.search(text[: run.start])
        for reading in _readings(replace(run, is_phone=True)):
            national = _national(reading)
            if national:
                return DigitsSaid(national, country.start() if country else run.start, run.end)
    return None


def digit_runs(text: str) -> Iterator[DigitsSaid]:
    """Every run of digits said or written, as it is usually read; a country's prefix belongs to its run."""
    for run in _runs(text):
        country = _COUNTRY.search(text[: run.start])
        as_phone = next(_readings(replace(run, is_phone=True)), "")
        yield DigitsSaid(as_phone, country.start() if country else run.start, run.end)


def find_phone_number(text: str) -> str:
    """The first French phone number in `text` as it is read back, "06 12 34 56 78"; "" when there is none."""
    found = find_phone(text)
    return in_pairs(found.digits) if found else ""


def in_pairs(digits: str) -> str:
    """Ten digits as a French phone number is written."""
    return " ".join(digits[index : index + 2] for index in range(0, len(digits), 2))


def find_reference(text: str) -> DigitsSaid | None:
    """The first reference in `text`, its prefix left out.

    Digits with the right check digit; or, where a reference is announced, digits as they were said, so that
    a wrong one can be read back to the caller. Unusual readings are tried only where one is announced: by
    chance one run of digits in ten has a right check digit.
    """
    fallback = None
    is_cued = bool(_CUE.search(text))
    for run in _runs(text):
        prefix = _PREFIX.search(text[: run.start])
        start = prefix.start() if prefix else run.start
        is_announced = is_cued or prefix is not None
        usual = next(_readings(run), "")
        for reading in _readings(run) if is_announced else (usual,):
            if references.is_valid(reading):
                return DigitsSaid(reading, start, run.end)
        is_long_enough = references.MIN_DIGITS <= len(usual) <= references.MAX_DIGITS
        if fallback is None and is_long_enough and is_announced:
            fallback = DigitsSaid(usual, start, run.end)
    return fallback


def find_reference_digits(text: str) -> str:
    """The digits of the first reference in `text`, without its prefix; "" when there is none."""
    found = find_reference(text)
    return found.digits if found else ""


def _national(digits: str) -> str:
    if digits.startswith(("33", "0033")):
        digits = "0" + digits.removeprefix("00").removeprefix("33")
    if len(digits) != _PHONE_DIGITS or not digits.startswith("0"):
        return ""
    return digits if phonenumbers.is_possible_number(phonenumbers.parse(digits, "FR")) else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words said of digits.

    glued[i]: a hyphen joins word i to the one before, so no reading parts them.
    is_phone: the digit after a zero ends its pair, "zéro six" then "cent vingt-trois"; elsewhere "zéro" then
    "quatre cent douze".
    """

    tokens: tuple[str, ...]
    glued: tuple[bool, ...]
    start: int
    end: int
    is_phone: bool = False


def _runs(text: str) -> Iterator[_Run]:
    """The longest runs of words that can be said of digits."""
    lowered = text.lower()
    found: list[re.Match[str]] = []
    for match in _TOKEN.finditer(lowered):
        if _is_digit_word(match.group()) or (found and match.group() in _BETWEEN):
            found.append(match)
        elif found:
            yield _run(lowered, found)
            found = []
    if found:
        yield _run(lowered, found)


def _run(lowered: str, found: list[re.Match[str]]) -> _Run:
    while not _is_digit_word(found[-1].group()):
        found.pop()
    glued = tuple(lowered[m.start() - 1 : m.start()] == "-" and not m.group().isdecimal() for m in found)
    tokens = tuple(match.group().lstrip("+") for match in found)
    return _Run(tokens, (False, *glued[1:]), found[0].start(), found[-1].end())


def _is_digit_word(word: str) -> bool:
    is_number = word.lstrip("+").isdecimal()
    return is_number or word in _UNITS or word in _TEENS or word in _TENS or word in {"cent", "cents"}


def _readings(run: _Run) -> Iterator[str]:
    return islice(_read(run, 0), _MAX_READINGS)


def _read(run: _Run, index: int) -> Iterator[str]:
    if index >= len(run.tokens):
        yield ""
        return
    steps = list(_steps(run, index))
    whole = [step for step in steps if not any(run.glued[index + step[1] : index + step[1] + 1])]
    # Every path must end in a reading, else a long run is searched for ever: a hyphen gives way at last.
    for digits, n_tokens in whole or steps:
        for rest in _read(run, index + n_tokens):
            yield digits + rest


def _steps(run: _Run, index: int) -> Iterator[tuple[str, int]]:
    """What the words at `index` may write, and how many words that takes; the usual reading first."""
    tokens, word = run.tokens, run.tokens[index]
    following = tokens[index + 1 : index + 4]
    if word in _BETWEEN:
        yield "", 1
    elif word.isdecimal():
        yield word, 1
    elif word in {"cent", "cents"}:
        yield from _hundreds(run, index, 1, 1)
    elif word in _TENS:
        yield from _tens(_TENS[word], following, 1)
    elif word in _TEENS:
        if word == "dix" and following and following[0] in {"sept", "huit", "neuf"}:
            yield "1" + _UNITS[following[0]], 2
        yield _TEENS[word], 1
    else:
        unit = _UNITS[word]
        if run.is_phone and index and tokens[index - 1] in {"zéro", "zero"}:
            yield unit, 1
        if word == "quatre" and following and following[0] in {"vingt", "vingts"}:
            yield from _tens(80, following[1:], 2)
        if following and following[0] in {"cent", "cents"} and unit > "1":
            yield from _hundreds(run, index, int(unit), 2)
        yield unit, 1


def _hundreds(run: _Run, index: int, count: int, n_tokens: int) -> Iterator[tuple[str, int]]:
    following = index + n_tokens
    if following < len(run.tokens) and run.tokens[following] not in {"cent", "cents"}:
        for digits, n_more in _steps(run, following):
            if 0 < len(digits) <= 2 and not digits.startswith("0"):
                yield f"{count}{digits:0>2}", n_tokens + n_more
    yield f"{count}00", n_tokens


def _tens(tens: int, following: tuple[str, ...], n_tokens: int) -> Iterator[tuple[str, int]]:
    n_links = 1 if following[:1] == ("et",) else 0
    rest = following[n_links:]
    if rest and tens in {60, 80} and rest[0] in _TEENS:
        if rest[0] == "dix" and rest[1:2] and rest[1] in {"sept", "huit", "neuf"}:
            yield str(tens + 10 + int(_UNITS[rest[1]])), n_tokens + n_links + 2
        yield str(tens + int(_TEENS[rest[0]])), n_tokens + n_links + 1
    if rest and rest[0] in _UNITS and _UNITS[rest[0]] != "0":
        yield str(tens + int(_UNITS[rest[0]])), n_tokens + n_links + 1
    yield str(tens), n_tokens
