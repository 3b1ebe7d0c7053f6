"""Finds what moment a French question about opening hours is about."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from integrations.directory_words import plain
from integrations.opening_hours import PARIS, in_french_time
from integrations.opening_hours_dates import WEEKDAYS, find_date
from integrations.opening_hours_when import (
    EVERY_DAY,
    Date,
    Dates,
    General,
    Habit,
    Holidays,
    Moment,
    Now,
    PartOfDay,
    When,
)
from integrations.spoken_french_numbers import write_dates, write_numbers, write_times

_TIME = re.compile(
    r"\b(\d{1,2}) ?(?:h|heures?|:)(?: ?(\d\d))?\b(?: (?:du |de l |l )?(matin|apres midi|soir))?"
)
_IN_A_WHILE = re.compile(r"\bdans (\d{1,3}|une?|deux|trois|quatre|cinq|dix) ?(h|heures?|minutes?)\b")
_WHILES = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10}
_HALF_AN_HOUR = re.compile(r"\bdans une demie? heure\b")
_QUARTER = re.compile(r"\bdans un quart d ?heure\b")
_RIGHT_NOW = re.compile(
    r"\b(?:maintenant|actuellement|tout de suite|en ce moment|immediatement|a cette heure ci|a l instant)\b"
)
# At these hours alone an office is surely meant in the afternoon.
_AFTERNOON_HOURS = range(1, 7)

_PARTS = (
    (PartOfDay.AFTERNOON, re.compile(r"\bapres midis?\b|\baprem\b|\btantot\b")),
    (PartOfDay.NOON, re.compile(r"(?<!apres )\bmidis?\b|\bentre 12h et 1[34]h|\bheures? du dejeuner\b")),
    (PartOfDay.MORNING, re.compile(r"\bmatin(?:ee)?s?\b")),
    (PartOfDay.EVENING, re.compile(r"\bsoir(?:ee)?s?\b")),
    (PartOfDay.NIGHT, re.compile(r"\bnuits?\b|\bminuit\b")),
)
_TODAY = re.compile(
    r"\b(?:ce|cet|cette) (?:matin|midi|apres midi|aprem|soir|nuit|matinee|soiree)\b|\btout a l heure\b"
)
_WEEKLY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b")
_WEEKDAY_RUN = re.compile(rf"\bdu ({'|'.join(WEEKDAYS)}) (?:au|jusqu au) ({'|'.join(WEEKDAYS)})\b")
_ASKS_FOR_HOURS = re.compile(r"\bhoraires?\b|\bheures\b|\bquelle heure\b|\bquand\b|\bquels? jours?\b")


def parse_when(text: str, now: datetime) -> When:
    """What moment a question is about, `General` when it names none. Raises ValueError for a naive `now`.

    A weekday alone is the next one, not today; with "le" it is every week.
    """
    local = in_french_time(now)
    said = plain(write_times(write_dates(write_numbers(text))))
    moment = _in_a_while(said, local)
    if moment is not None:
        return moment
    named = find_date(said, local.date())
    at, said_without_time = _take_time(said)
    part = _part(said_without_time)
    if isinstance(named, Dates):
        return named
    if named is not None:
        return Date(named.date, part) if at is None else _at(named, at)
    if _TODAY.search(said):
        return Date(local.date(), part) if at is None else _at(Date(local.date()), at)
    return _without_date(said, local, at, part)


def _without_date(said: str, local: datetime, at: time | None, part: PartOfDay | None) -> When:
    weekdays = _weekdays(said)
    if weekdays:
        return Habit(weekdays, part if at is None else _part_of(at))
    if re.search(r"\bferies?\b", said):
        return Holidays()
    if _RIGHT_NOW.search(said):
        return Now(is_yes_no=_asks_whether_open(said))
    if at is not None and not _is_run_of_hours(said):
        today = Date(local.date())
        is_past = at <= local.time()
        return _at(Date(local.date() + timedelta(days=1)) if is_past else today, at)
    if part is not None:
        return Habit(EVERY_DAY, part)
    if re.search(r"\brouv|\breouv", said):
        return Now()
    if re.search(r"\bouver|\bouvr|\bferm", said) and not _ASKS_FOR_HOURS.search(said):
        return Now(is_yes_no=_asks_whether_open(said))
    return General()


def _asks_whether_open(said: str) -> bool:
    is_about_open = re.search(r"\bouver|\bouvr", said) is not None
    return is_about_open and not re.search(r"\bferm", said) and not _ASKS_FOR_HOURS.search(said)


def _in_a_while(said: str, local: datetime) -> Moment | None:
    if _HALF_AN_HOUR.search(said):
        return Moment(local + timedelta(minutes=30))
    if _QUARTER.search(said):
        return Moment(local + timedelta(minutes=15))
    named = _IN_A_WHILE.search(said)
    if named is None:
        return None
    count = _WHILES.get(named[1]) or int(named[1])
    return Moment(local + (timedelta(minutes=count) if named[2].startswith("m") else timedelta(hours=count)))


def _take_time(said: str) -> tuple[time | None, str]:
    """The first time of day, and the text without it and its "du matin"."""
    for named in _TIME.finditer(said):
        hour, minute = int(named[1]), int(named[2] or 0)
        if hour < 24 and minute < 60:
            is_afternoon = named[3] in {"soir", "apres midi"} or (
                named[3] is None and hour in _AFTERNOON_HOURS
            )
            hour += 12 if is_afternoon and hour < 12 else 0
            return time(hour, minute), f"{said[: named.start()]} {said[named.end() :]}"
    return None, said


def _is_run_of_hours(said: str) -> bool:
    """ "de 8h à 17h", "entre 12h et 14h": hours that the caller proposes, not a moment."""
    return len(_TIME.findall(said)) > 1


def _part(said: str) -> PartOfDay | None:
    named = [part for part, pattern in _PARTS if pattern.search(said)]
    return named[0] if len(named) == 1 else None


def _part_of(at: time) -> PartOfDay:
    if at.hour < 12:
        return PartOfDay.MORNING
    if at.hour < 14:
        return PartOfDay.NOON
    return PartOfDay.AFTERNOON if at.hour < 18 else PartOfDay.EVENING


def _at(day: Date, at: time) -> Moment:
    return Moment(datetime.combine(day.date, at, PARIS))


def _weekdays(said: str) -> tuple[int, ...]:
    run = _WEEKDAY_RUN.search(said)
    if run is not None:
        first, last = WEEKDAYS.index(run[1]), WEEKDAYS.index(run[2])
        return tuple(range(first, last + 1))
    named = {WEEKDAYS.index(weekday) for weekday in _WEEKLY.findall(said)}
    if re.search(r"\bweek ?ends?\b", said):
        named |= {5, 6}
    if re.search(r"\ben semaine\b", said):
        named |= set(range(5))
    return tuple(sorted(named))
