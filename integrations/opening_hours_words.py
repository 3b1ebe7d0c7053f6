"""Times, days and hours in French words, for the ear and for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from enum import StrEnum

from integrations.opening_hours import MIDNIGHT, Hours
from integrations.opening_hours_dates import WEEKDAYS
from integrations.opening_hours_when import EVERY_DAY, PartOfDay

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_ALL_DAY = Hours(MIDNIGHT, MIDNIGHT)
# From so far ahead a date needs its year.
_FAR_DAYS = 330

_PART_OF_A_DAY = {
    PartOfDay.MORNING: "matin",
    PartOfDay.NOON: "entre midi et {two}",
    PartOfDay.AFTERNOON: "après-midi",
    PartOfDay.EVENING: "soir",
    PartOfDay.NIGHT: "dans la nuit",
}
_PART_OF_TODAY = {
    PartOfDay.MORNING: "ce matin",
    PartOfDay.NOON: "ce midi",
    PartOfDay.AFTERNOON: "cet après-midi",
    PartOfDay.EVENING: "ce soir",
    PartOfDay.NIGHT: "cette nuit",
}
_PART_OF_ANY_DAY = {
    PartOfDay.MORNING: "le matin",
    PartOfDay.NOON: "entre midi et {two}",
    PartOfDay.AFTERNOON: "l'après-midi",
    PartOfDay.EVENING: "le soir",
    PartOfDay.NIGHT: "la nuit",
}


class Medium(StrEnum):
    """How a sentence reaches the caller: "9 heures 30" is heard, "9 h 30" is read."""

    VOICE = "voice"
    CHAT = "chat"


def clock(at: time, medium: Medium) -> str:
    """A time of day: "midi", "9 heures 30", "9 h 30"."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midi" if at.hour else "minuit"
    if medium is Medium.CHAT:
        return f"{at.hour} h {at.minute:02d}" if at.minute else f"{at.hour} h"
    hours = f"{at.hour} heure{'s' if at.hour > 1 else ''}"
    return f"{hours} {at.minute:02d}" if at.minute else hours


def run(hours: Hours, medium: Medium) -> str:
    """One run of hours: "de 9 heures à midi"."""
    if (hours.start, hours.end) == (MIDNIGHT, MIDNIGHT):
        return "jour et nuit"
    return f"de {clock(hours.start, medium)} à {clock(hours.end, medium)}"


def runs(all_hours: Sequence[Hours], medium: Medium) -> str:
    """A day's hours and what the city says about them: "de 9 heures à midi, sur rendez-vous"."""
    comments = {hours.comment for hours in all_hours}
    if len(comments) == 1:
        comment = comments.pop()
        return enumeration([run(hours, medium) for hours in all_hours]) + (f", {comment}" if comment else "")
    return enumeration([f"{run(hours, medium)} {hours.comment}".strip() for hours in all_hours])


def enumeration(parts: Sequence[str]) -> str:
    """ "lundi, mardi et jeudi"."""
    return " et ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def day_name(day: date, today: date) -> str:
    """A date as it is said today: "demain", "samedi", "lundi 14 décembre"."""
    n_days = (day - today).days
    if n_days in {0, 1}:
        return "demain" if n_days else "aujourd'hui"
    weekday = WEEKDAYS[day.weekday()]
    if 1 < n_days < 7:
        return weekday
    dated = f"{weekday} {'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]}"
    return f"{dated} {day.year}" if n_days >= _FAR_DAYS else dated


def day_part_name(day: date, part: PartOfDay | None, today: date, medium: Medium) -> str:
    """A part of a date: "samedi matin", "ce soir"."""
    if part is None:
        return day_name(day, today)
    if day == today:
        return _PART_OF_TODAY[part]
    two = clock(time(14, 0), medium)
    return f"{day_name(day, today)} {_PART_OF_A_DAY[part].format(two=two)}"


def weekdays_name(weekdays: Sequence[int]) -> str:
    """Days of every week: "du lundi au vendredi", "le samedi", "tous les jours"."""
    if tuple(weekdays) == EVERY_DAY:
        return "tous les jours"
    is_run = list(weekdays) == list(range(weekdays[0], weekdays[-1] + 1))
    if is_run and len(weekdays) > 2:
        return f"du {WEEKDAYS[weekdays[0]]} au {WEEKDAYS[weekdays[-1]]}"
    return enumeration([f"le {WEEKDAYS[weekday]}" for weekday in weekdays])


def weekdays_part_name(weekdays: Sequence[int], part: PartOfDay | None, medium: Medium) -> str:
    """A part of days of every week: "le samedi matin", "le soir"."""
    if part is None:
        return weekdays_name(weekdays)
    two = clock(time(14, 0), medium)
    if tuple(weekdays) == EVERY_DAY:
        return _PART_OF_ANY_DAY[part].format(two=two)
    return f"{weekdays_name(weekdays)} {_PART_OF_A_DAY[part].format(two=two)}"


def week(hours_by_weekday: Sequence[tuple[Hours, ...]], medium: Medium) -> str:
    """The ordinary week: "du lundi au vendredi de 9 heures à midi, et le samedi de 9 heures à midi"."""
    groups: dict[tuple[Hours, ...], list[int]] = {}
    for weekday, hours in enumerate(hours_by_weekday):
        if hours:
            groups.setdefault(hours, []).append(weekday)
    if groups.keys() == {(_ALL_DAY,)} and len(groups[(_ALL_DAY,)]) == 7:
        return "jour et nuit, tous les jours"
    parts = [f"{weekdays_name(days)} {runs(hours, medium)}" for hours, days in groups.items()]
    return ", et ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
