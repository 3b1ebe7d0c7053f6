"""Numbers, dates and times said in words, written in digits; words that only look like numbers stay."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

_SMALL = {
    word: n
    for n, word in enumerate(
        ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], start=1
    )
}
_SMALL["une"] = 1
_SMALL_WORD = "|".join(_SMALL)
_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# "mille mercis" counts nothing.
_NUMBER_WORD = (
    r"(?:zéro|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|cents?|mille)"
)
# "mille mercis" counts nothing, and "neuf" alone is new rather than 9.
_NO_NUMBER = re.compile(
    r"\b(?:mille|cent)(?=\s+(?:mercis?|fois|excuses|pardons?)\b)"
    rf"|(?<![-\w])neuf\b(?!-)(?!\s+(?:{_NUMBER_WORD}|heures?|h|ans|mois|jours|euros|mètres|bis|ter|{_MONTHS})\b)",
    re.IGNORECASE,
)
_AFTER_NUMBER = re.compile(rf"\b(?:{_NUMBER_WORD}|au|numéro|le|et|\d+)[\s,]+$", re.IGNORECASE)
_SHIELD = "\ue100"
# Up to three, numbers alone stay words: "deux trous", "les trois".
_SMALLEST_WRITTEN = 3.5
_DAY = re.compile(rf"\b({_SMALL_WORD}|premier)(?=\s+(?:{_MONTHS})\b)", re.IGNORECASE)
_KIND = r"(?:rue|avenue|place|impasse|route|allée|ruelle|traverse|montée|esplanade)"
_KIND_HE = r"(?:boulevard|chemin|passage|quai|square|cours|rond-point|[\ue200-\uf0ff])"
_TWO_TO_TEN = "|".join(word for word in _SMALL if word not in {"un", "une"})
# "un chemin" is a path; "un rue" and "au un chemin" are numbers of houses.
_HOUSE = re.compile(
    rf"(?<![-\w])(?:(?:{_TWO_TO_TEN})(?=(?:\s+(?:bis|ter))?\s+(?:{_KIND}(?=\s)|{_KIND_HE}))"
    rf"|(?<=\bau )un\b|(?<=\bnuméro )un\b|un(?=\s+{_KIND}\s))",
    re.IGNORECASE,
)
_HOUR = rf"(?P<hour>\d{{1,2}}|{_SMALL_WORD})\s*(?:heures?|h)"
_PAST = (
    r"(?:\s+(?P<past>et demie?|et quart|moins (?:le )?quart|moins (?P<to>\d{1,2}|cinq|dix|vingt)|\d{2})\b)?"
)
_TIME = re.compile(rf"\b{_HOUR}\b{_PAST}", re.IGNORECASE)
_NOON = re.compile(
    r"\b(?P<noon>midi|minuit)\s+(?P<past>et demie?|et quart|moins le quart|\d{2}\b)", re.IGNORECASE
)
# After these words hours are a length of time, not a time of day.
_DURATION = re.compile(
    r"\b(?:depuis|pendant|durant|il y a|dans|en|les|toutes|plus de|moins de|environ|ces|en moins de)\s+$",
    re.IGNORECASE,
)
_PART_PAST = {"et demie": 30, "et demi": 30, "et quart": 15, "moins le quart": -15, "moins quart": -15}


def write_numbers(text: str) -> str:
    """Write the numbers of a French sentence in digits; "un", "une" and a lone "neuf" stay words."""
    shielded: list[str] = []

    def shield(match: re.Match[str]) -> str:
        is_nine = match.group().lower() == "neuf" and _AFTER_NUMBER.search(match.string[: match.start()])
        if is_nine:
            return match.group()
        shielded.append(match.group())
        return _SHIELD

    written = str(alpha2digit(_NO_NUMBER.sub(shield, text), "fr", threshold=_SMALLEST_WRITTEN))
    return re.sub(_SHIELD, lambda _: shielded.pop(0), written)


def write_dates(text: str) -> str:
    """Write the day before a month in digits: "le premier mai" is "le 1er mai"."""
    return _DAY.sub(lambda match: _day(match.group(1).lower()), text)


def _day(word: str) -> str:
    return "1er" if word == "premier" else str(_SMALL[word])


def write_small_house_numbers(text: str) -> str:
    """Write the numbers up to ten before a kind of street, or a street that stands aside: "deux rue Hoche".

    After `write_numbers`, which joins "vingt deux".
    """
    return _HOUSE.sub(lambda match: str(_SMALL[match.group().lower()]), text)


def write_times(text: str) -> str:
    """Write times of day as "9h30". Lengths of time ("depuis deux heures") stay as they are."""
    return _TIME.sub(_time, _NOON.sub(_noon, text))


def _time(match: re.Match[str]) -> str:
    hour_word = match["hour"].lower()
    hour = int(hour_word) if hour_word.isdecimal() else _SMALL[hour_word]
    is_duration = match["past"] is None and _DURATION.search(match.string[: match.start()])
    return match.group() if hour > 24 or is_duration else _clock(hour, match["past"], match["to"])


def _noon(match: re.Match[str]) -> str:
    return _clock(12 if match["noon"].lower() == "midi" else 0, match["past"], None)


def _clock(hour: int, past: str | None, to: str | None) -> str:
    if past is None:
        return f"{hour}h"
    if to is not None:
        minutes = -{"cinq": 5, "dix": 10, "vingt": 20}.get(to, 0) or -int(to)
    else:
        minutes = int(past) if past.isdecimal() else _PART_PAST[past.lower()]
    total = (hour * 60 + minutes) % (24 * 60)
    return f"{total // 60}h{total % 60:02d}"
