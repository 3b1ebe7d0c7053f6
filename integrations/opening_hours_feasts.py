"""Finds the feast that a plain French sentence names: "à Noël", "la veille de l'Ascension"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from integrations.opening_hours_holidays import easter_monday
from integrations.opening_hours_when import Dates

_OF_YEAR = Callable[[int], date]


def _fixed(month: int, day: int) -> _OF_YEAR:
    return lambda year: date(year, month, day)


def _after_easter_monday(n_days: int) -> _OF_YEAR:
    return lambda year: easter_monday(year) + timedelta(days=n_days)


_SHIFT = r"(?P<shift>veille |lendemain |pont )?(?:de |d )?(?:la |l )?"
_SHIFTS = {"veille": -1, "lendemain": 1, "pont": 1}
# Not "marché de Noël" nor "feria de Pentecôte": after "de" it is part of another name, unless it is its day.
_FEASTS: tuple[tuple[re.Pattern[str], _OF_YEAR], ...] = tuple(
    (re.compile(rf"\b{_SHIFT}(?:{name})\b"), day)
    for name, day in (
        (r"reveillon (?:du nouvel an|du jour de l an|de la saint sylvestre)|saint sylvestre", _fixed(12, 31)),
        (r"reveillon", _fixed(12, 24)),
        (r"(?<!\bde )noel|(?<=jour de )noel|(?<=veille de )noel|(?<=lendemain de )noel", _fixed(12, 25)),
        (r"jour de l an|nouvel an|premier de l an", _fixed(1, 1)),
        (r"lundi de paques", _after_easter_monday(0)),
        (r"lundi de pentecote", _after_easter_monday(49)),
        (r"(?<!\bde )paques|(?<=dimanche de )paques", _after_easter_monday(-1)),
        (r"(?<!\bde )pentecote|(?<=dimanche de )pentecote", _after_easter_monday(48)),
        (r"ascension", _after_easter_monday(38)),
        (r"fete du travail", _fixed(5, 1)),
        (r"fete nationale", _fixed(7, 14)),
        (r"assomption", _fixed(8, 15)),
        (r"toussaint", _fixed(11, 1)),
        (r"armistice", _fixed(11, 11)),
    )
)
_SCHOOL_HOLIDAYS = re.compile(r"\bvacances (?:de |d )?(?:la |l )?\w+")
_LONG_WEEK_END = re.compile(r"\bweek ?end de (?:la )?(paques|pentecote)\b")


def find_feast(said: str, today: date) -> date | Dates | None:
    """The next date of the feast that a plain text names, today counted; None when it names none."""
    said = _SCHOOL_HOLIDAYS.sub(" ", said)
    week_end = _LONG_WEEK_END.search(said)
    if week_end is not None:
        monday = _next(_after_easter_monday(0 if week_end[1] == "paques" else 49), 0, today)
        return Dates(monday - timedelta(days=2), monday)
    for pattern, day in _FEASTS:
        named = pattern.search(said)
        if named is not None:
            return _next(day, _SHIFTS.get((named["shift"] or "").strip(), 0), today)
    return None


def _next(day: _OF_YEAR, shift_days: int, today: date) -> date:
    shift = timedelta(days=shift_days)
    # The eve of New Year's Day lies in the year before.
    years = range(today.year, today.year + 3)
    return next(found for year in years if (found := day(year) + shift) >= today)
