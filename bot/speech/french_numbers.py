"""Numbers in French words, as said in France: soixante-dix, quatre-vingt-onze."""

from __future__ import annotations

_UNITS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    *("treize", "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante")
_SCALES = ((10**9, "milliard"), (10**6, "million"))
MAX_NUMBER = 10**12 - 1


def cardinal(number: int) -> str:
    """Return e.g. "vingt et un" for 21; 0 to `MAX_NUMBER`, else ValueError."""
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"expected 0 to {MAX_NUMBER}, got {number}")
    if number == 0:
        return _UNITS[0]
    words = []
    for scale, name in _SCALES:
        count, number = divmod(number, scale)
        if count:
            words.append(f"{_below_1000(count)} {name}{'s' if count > 1 else ''}")
    thousands, rest = divmod(number, 1000)
    if thousands:
        # "quatre-vingts" and "deux cents" lose their s before mille.
        words.append("mille" if thousands == 1 else f"{_below_1000(thousands, is_last=False)} mille")
    if rest:
        words.append(_below_1000(rest))
    return " ".join(words)


def feminine(number: int) -> str:
    """Return the cardinal that stands before a feminine noun: "vingt et une"."""
    words = cardinal(number)
    return f"{words}e" if words.endswith("un") else words


def ordinal(number: int) -> str:
    """Return e.g. "vingt et unième"; 1 is "premier"."""
    if number == 1:
        return "premier"
    words = cardinal(number)
    if words.endswith("cinq"):
        return f"{words}uième"
    if words.endswith("neuf"):
        return f"{words[:-1]}vième"
    if words.endswith(("cents", "vingts", "millions", "milliards")):
        words = words[:-1]
    return f"{words.removesuffix('e')}ième"


def digit_by_digit(digits: str) -> str:
    return " ".join(_UNITS[int(digit)] for digit in digits)


def pair(digits: str) -> str:
    """Return one group of a phone number: "zéro six", "trente-quatre", "zéro zéro"."""
    return digit_by_digit(digits) if digits.startswith("0") else cardinal(int(digits))


def _below_1000(number: int, *, is_last: bool = True) -> str:
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds > 1:
        words.append(_UNITS[hundreds])
    if hundreds:
        words.append("cents" if hundreds > 1 and not rest and is_last else "cent")
    if rest:
        words.append(_below_100(rest, is_last=is_last))
    return " ".join(words)


def _below_100(number: int, *, is_last: bool) -> str:
    if number < 20:
        return _UNITS[number]
    if number < 70:
        tens, unit = divmod(number, 10)
        stem = _TENS[tens]
    elif number < 80:
        stem, unit = "soixante", number - 60
    else:
        stem, unit = "quatre-vingt", number - 80
        if not unit and is_last:
            return "quatre-vingts"
    if not unit:
        return stem
    if unit in {1, 11} and number < 80:
        return f"{stem} et {_UNITS[unit]}"
    return f"{stem}-{_UNITS[unit]}"
