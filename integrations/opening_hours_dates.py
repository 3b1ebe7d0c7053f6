"""Finds the date that a French sentence names.

Texts are plain (`directory_words.plain`), with numbers in digits. A date without a year is the next one.
dateparser was tried and is not used: it reads "apres demain" as tomorrow, "mardi en huit" as the 8th, and
nothing in "lundi prochain" or "samedi matin".
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from integrations.opening_hours_feasts import find_feast
from integrations.opening_hours_when import Date, Dates

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet"),
    *("aout", "septembre", "octobre", "novembre", "decembre"),
)
_WEEKDAY = "|".join(WEEKDAYS)
_MONTH = "|".join(_MONTHS)
_STREET = (
    r"(?:rue|avenue|boulevard|place|quai|square|impasse|chemin|cours|allee|route|esplanade|traverse|passage)"
)
_STREET_NAMED_BY_DATE = re.compile(
    rf"\b{_STREET} (?:du |de la |de l )?(?:\d{{1,2}}|1er) (?:{_MONTH})\b(?: \d{{4}})?"
)
_SMALL_NUMBERS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7}
_YEARS_AHEAD = 4

_DAY_MONTH = re.compile(rf"\b(\d{{1,2}}|1er) (?:de |du mois de )?({_MONTH})\b(?: (\d{{4}}))?")
_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?\b")
_ISO = re.compile(r"\b(20\d\d) (\d\d) (\d\d)\b")
_DAY_ONLY = re.compile(
    rf"\b(?:le|{_WEEKDAY}) (\d{{1,2}}|1er)\b"
    rf"(?! ?(?:h\b|heures?|bis\b|ter\b|jours?|minutes?|euros?|%|:|/|{_STREET}|{_MONTH}))"
)
_IN_DAYS = re.compile(r"\bdans (\d{1,2}|une?|deux|trois|quatre|cinq|six|sept) (jour|semaine)s?\b")
_WEEKDAY_NAMED = re.compile(
    rf"\b(ce )?({_WEEKDAY})s?\b(?: (?:matin|midi|soir|apres midi))?"
    r"( (?:de )?(?:la )?semaine prochaine| (?:d )?en (?:huit|8)| (?:d )?en (?:quinze|15))?"
)
_MONTH_NAMED = re.compile(rf"\b(?:en|mois de|mois d|fin|debut|mi) ({_MONTH})\b")
_SUMMER = re.compile(r"\b(?:cet|en|l) ete\b")


def find_date(said: str, today: date) -> Date | Dates | None:
    """The date or the run of dates that a plain text names, None when it names none."""
    said = _STREET_NAMED_BY_DATE.sub(" ", said)
    for finder in (find_feast, _calendar_date, _relative, _week, _weekday, _day_only, _month):
        found = finder(said, today)
        if found is not None:
            return found if isinstance(found, Dates) else Date(found)
    return None


def _calendar_date(said: str, today: date) -> date | None:
    iso = _ISO.search(said)
    if iso is not None:
        return _valid(int(iso[1]), int(iso[2]), int(iso[3]))
    named = _DAY_MONTH.search(said)
    if named is not None:
        day, month = int(named[1].removesuffix("er")), _MONTHS.index(named[2]) + 1
        return _of_year(named[3], month, day, today)
    slashed = _SLASHED.search(said)
    if slashed is not None:
        return _of_year(slashed[3], int(slashed[2]), int(slashed[1]), today)
    return None


def _of_year(written: str | None, month: int, day: int, today: date) -> date | None:
    if written is not None:
        found = _valid(int(written) % 2000 + 2000 if len(written) == 2 else int(written), month, day)
        return found if found is not None and found >= today else None
    years = range(today.year, today.year + _YEARS_AHEAD + 1)
    dates = (_valid(year, month, day) for year in years)
    return next((found for found in dates if found is not None and found >= today), None)


def _relative(said: str, today: date) -> date | None:
    if re.search(r"\bapres ?demain\b", said):
        return today + timedelta(days=2)
    if re.search(r"\bdemain\b", said):
        return today + timedelta(days=1)
    in_days = _IN_DAYS.search(said)
    if in_days is not None:
        count = _SMALL_NUMBERS.get(in_days[1]) or int(in_days[1])
        return today + timedelta(days=count * (7 if in_days[2] == "semaine" else 1))
    if re.search(r"\baujourd ?hui\b|\bce jour\b", said):
        return today
    return None


def _week(said: str, today: date) -> Dates | None:
    monday = today - timedelta(days=today.weekday())
    named = re.search(r"\b(ce )?week ?end( prochain| qui vient)?\b", said)
    if named is not None and (named[1] or named[2]):
        saturday = monday + timedelta(days=5)
        sunday = saturday + timedelta(days=1)
        if today < saturday or named[1]:
            return Dates(max(today, saturday), sunday)
        return Dates(saturday + timedelta(days=7), sunday + timedelta(days=7))
    is_about_a_day = re.search(rf"\b(?:{_WEEKDAY})\b", said)
    if re.search(r"\bsemaine prochaine\b", said) and not is_about_a_day:
        return Dates(monday + timedelta(days=7), monday + timedelta(days=13))
    if re.search(r"\bcette semaine\b", said) and not is_about_a_day:
        return Dates(today, monday + timedelta(days=6))
    return None


def _weekday(said: str, today: date) -> date | None:
    for named in _WEEKDAY_NAMED.finditer(said):
        day_number = _DAY_ONLY.match(said, named.start())
        if day_number is not None:
            return _next_day_number(int(day_number[1].removesuffix("er")), today)
        if _is_habit(said, named):
            continue
        weekday = WEEKDAYS.index(named[2])
        coming = today + timedelta(days=(weekday - today.weekday()) % 7 or (0 if named[1] else 7))
        later = named[3] or ""
        if "semaine" in later:
            return today + timedelta(days=7 - today.weekday() + weekday)
        return coming + timedelta(days=7 if later.endswith(("huit", "8")) else 14 if later else 0)
    return None


def _is_habit(said: str, named: re.Match[str]) -> bool:
    """ "le samedi" and "les samedis" are every week, "samedi" and "le samedi qui vient" are not."""
    before = re.search(r"\b(?:le|les|du|au|chaque|tous les|toutes les|et le) $", said[: named.start()])
    after = re.match(r" (?:prochain|qui vient|suivant|d apres)\b", said[named.end() :])
    return before is not None and after is None and named[3] is None


def _day_only(said: str, today: date) -> date | None:
    named = _DAY_ONLY.search(said)
    return None if named is None else _next_day_number(int(named[1].removesuffix("er")), today)


def _next_day_number(day: int, today: date) -> date | None:
    months = (divmod(today.month - 1 + n, 12) for n in range(12))
    dates = (_valid(today.year + n_years, month + 1, day) for n_years, month in months)
    return next((found for found in dates if found is not None and found >= today), None)


def _month(said: str, today: date) -> Dates | None:
    named = _MONTH_NAMED.search(said)
    if named is not None:
        month = _MONTHS.index(named[1]) + 1
        year = today.year + (month < today.month)
        return Dates(date(year, month, 1), _last_of(year, month))
    if _SUMMER.search(said):
        year = today.year + (today.month > 8)
        return Dates(date(year, 7, 1), date(year, 8, 31))
    return None


def _last_of(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
