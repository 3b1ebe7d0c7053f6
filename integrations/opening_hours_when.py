"""What moment a question about opening hours is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class PartOfDay(StrEnum):
    """A part of a day as people name it; its hours are `PART_HOURS`."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


_MIDNIGHT = dt.time(0, 0)
# From, to; midnight at the end is the end of the day.
PART_HOURS = {
    PartOfDay.MORNING: (_MIDNIGHT, dt.time(12, 0)),
    PartOfDay.NOON: (dt.time(12, 0), dt.time(14, 0)),
    PartOfDay.AFTERNOON: (dt.time(12, 0), dt.time(18, 0)),
    PartOfDay.EVENING: (dt.time(18, 0), _MIDNIGHT),
    PartOfDay.NIGHT: (dt.time(21, 0), _MIDNIGHT),
}


@dataclass(frozen=True, slots=True)
class Now:
    """Right now. is_yes_no: asked as "are you open?", so that "yes" may begin the answer."""

    is_yes_no: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment: "demain à 17 heures". at: aware."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Date:
    """One date, or a part of it: "samedi matin", "le 14 juillet"."""

    date: dt.date
    part: PartOfDay | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """A run of dates, both ends in it: "ce week-end", "la semaine prochaine", "en août"."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Habit:
    """What happens every week: "le samedi", "entre midi et deux". weekdays: 0 is Monday, in order."""

    weekdays: tuple[int, ...]
    part: PartOfDay | None = None


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays in general."""


@dataclass(frozen=True, slots=True)
class General:
    """No moment at all: "quels sont vos horaires ?"."""


When = Now | Moment | Date | Dates | Habit | Holidays | General
EVERY_DAY = tuple(range(7))
