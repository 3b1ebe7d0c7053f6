"""Puts answers about opening hours into French: short sentences, for the ear or for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby, pairwise

from integrations.opening_hours import DayHours, Hours, Span, weekly_hours
from integrations.opening_hours_answer import HoursAnswer, in_part
from integrations.opening_hours_when import EVERY_DAY, Date, Dates, Habit, Holidays, Moment, Now, PartOfDay
from integrations.opening_hours_words import (
    Medium,
    clock,
    day_name,
    day_part_name,
    run,
    runs,
    week,
    weekdays_name,
    weekdays_part_name,
)

TO_CONFIRM = "Ces horaires sont à confirmer."
_CLOSES_SOON = timedelta(minutes=30)
# More days than these out of the ordinary would not be remembered.
_MAX_SPECIAL_DAYS = 3


def sentence(answer: HoursAnswer, medium: Medium = Medium.VOICE) -> str:
    """What to say: a sentence, and when it reopens if it is closed.

    Hours that the city has not confirmed are said to be so.
    """
    said = _sentence(answer, medium)
    return f"{said} {TO_CONFIRM}" if answer.to_confirm else said


def _sentence(answer: HoursAnswer, medium: Medium) -> str:
    match answer.asked:
        case Now(is_yes_no=is_yes_no):
            if answer.open_span is None:
                return _closed_now(answer, medium)
            return _open_now(answer, answer.open_span, medium, is_yes_no=is_yes_no)
        case Moment():
            return _at_moment(answer, answer.asked, medium)
        case Date(part=part):
            return _on_date(answer, part, medium)
        case Dates():
            return _on_dates(answer, medium)
        case Habit(weekdays=weekdays, part=part):
            return _every_week(answer, weekdays, part, medium)
        case Holidays():
            return _on_holidays(answer, medium)
        case _:
            return " ".join([_ordinary_week(answer, medium), *_special_days(answer, medium)])


def _open_now(answer: HoursAnswer, span: Span, medium: Medium, *, is_yes_no: bool) -> str:
    lead, comma = ("Oui", ",") if is_yes_no else ("C'est ouvert", "")
    if answer.service.always_open:
        return f"{lead}{comma} jour et nuit, tous les jours."
    later = [each for each in answer.days[0].spans if each.start >= span.end]
    ending = f", {span.comment}" if span.comment else ""
    if span.end - answer.now <= _CLOSES_SOON:
        reopens = f", et rouvre à {clock(later[0].start.time(), medium)}" if later else ""
        return f"{lead}, mais cela ferme bientôt, à {clock(span.end.time(), medium)}{reopens}{ending}."
    if not later:
        return f"{lead}{comma} jusqu'à {clock(span.end.time(), medium)}{ending}."
    pauses = " et ".join(
        run(Hours(before.end.time(), after.start.time()), medium)
        for before, after in pairwise([span, *later])
    )
    until = clock(later[-1].end.time(), medium)
    return f"{lead}{comma} jusqu'à {until}, avec une pause {pauses}{ending}."


def _closed_now(answer: HoursAnswer, medium: Medium) -> str:
    today, following = answer.days[0], answer.next_span
    if following is None:
        return f"Le service est fermé{_because(today)}."
    is_later_today = following.start.date() == answer.now.date()
    is_exceptional = any(each.starts_at <= answer.now < each.ends_at for each in answer.service.closures)
    if is_later_today and today.spans[0].start < answer.now and not is_exceptional:
        return f"C'est la pause. Le service rouvre {_opening(answer, following, medium)}."
    if is_later_today and not is_exceptional:
        return f"Le service est encore fermé. Il ouvre {_opening(answer, following, medium)}."
    return f"Le service est fermé{_because(today)}. Il rouvre {_opening(answer, following, medium)}."


def _at_moment(answer: HoursAnswer, asked: Moment, medium: Medium) -> str:
    day = answer.days[0]
    name = day_name(day.day, answer.now.date())
    if not day.spans:
        return _closed_on(answer, name, day, medium)
    at = f"{_capital(name)} à {clock(asked.at.time(), medium)}"
    if answer.open_span is None:
        return f"{at}, c'est fermé. {_capital(name)}, c'est ouvert {runs(day.hours, medium)}."
    if answer.service.always_open:
        return f"{at}, c'est ouvert : le service répond jour et nuit."
    comment = f", {answer.open_span.comment}" if answer.open_span.comment else ""
    return f"{at}, c'est ouvert, jusqu'à {clock(answer.open_span.end.time(), medium)}{comment}."


def _on_date(answer: HoursAnswer, part: PartOfDay | None, medium: Medium) -> str:
    day, today = answer.days[0], answer.now.date()
    name = day_part_name(day.day, part, today, medium)
    if not day.spans:
        return _closed_on(answer, name, day, medium)
    hours = in_part(day.hours, part)
    if not hours:
        whole = day_name(day.day, today)
        return f"{_capital(name)}, c'est fermé. {_capital(whole)}, c'est ouvert {runs(day.hours, medium)}."
    if day.day == today and day.spans[-1].end <= answer.now:
        closed_at = clock(day.spans[-1].end.time(), medium)
        return f"C'est fini pour aujourd'hui, c'était jusqu'à {closed_at}.{_reopens(answer, medium)}"
    return f"{_capital(name)}, c'est ouvert {runs(hours, medium)}{_although(day)}."


def _on_dates(answer: HoursAnswer, medium: Medium) -> str:
    today = answer.now.date()
    if not answer.is_open:
        first, last = (day_name(answer.days[at].day, today) for at in (0, -1))
        closed = f"C'est fermé {first}" if len(answer.days) == 1 else f"C'est fermé de {first} à {last}"
        if len(answer.days) == 2:
            closed = f"C'est fermé {first} et {last}"
        return f"{closed}{_because(answer.days[0])}.{_reopens(answer, medium)}"
    if len(answer.days) <= 3:
        return " ".join(_one_day(_capital(day_name(day.day, today)), day, medium) for day in answer.days)
    return " ".join([_ordinary_week(answer, medium), *_special_days(answer, medium)])


def _every_week(answer: HoursAnswer, weekdays: Sequence[int], part: PartOfDay | None, medium: Medium) -> str:
    kept = weekly_hours(answer.service)
    groups: dict[tuple[Hours, ...], list[int]] = {}
    for weekday in weekdays:
        groups.setdefault(in_part(kept[weekday], part), []).append(weekday)
    if answer.service.always_open:
        return f"{_capital(weekdays_part_name(weekdays, part, medium))}, c'est ouvert, comme tous les jours."
    if not any(groups):
        closed = f"{_capital(weekdays_part_name(weekdays, part, medium))}, c'est fermé."
        only = weekdays[0]
        if len(weekdays) == 1 and kept[only]:
            return f"{closed} Ce jour-là, c'est ouvert {runs(kept[only], medium)}."
        return f"{closed} {_ordinary_week(answer, medium)}"
    if part is not None and tuple(weekdays) == EVERY_DAY:
        lead = _capital(weekdays_part_name(weekdays, part, medium))
        opened = [f"{weekdays_name(days)} {runs(hours, medium)}" for hours, days in groups.items() if hours]
        return f"{lead}, c'est ouvert {', et '.join(opened)}."
    said = [
        f"{_capital(weekdays_part_name(days, part, medium))}, "
        + (f"c'est ouvert {runs(hours, medium)}." if hours else "c'est fermé.")
        for hours, days in groups.items()
    ]
    return " ".join(said)


def _on_holidays(answer: HoursAnswer, medium: Medium) -> str:
    if answer.service.closed_on_public_holidays:
        return "Les jours fériés, c'est fermé."
    if answer.service.always_open:
        return "Les jours fériés aussi, c'est ouvert jour et nuit."
    return f"Les jours fériés, les horaires ne changent pas. {_ordinary_week(answer, medium)}"


def _ordinary_week(answer: HoursAnswer, medium: Medium) -> str:
    return f"C'est ouvert {week(weekly_hours(answer.service), medium)}."


def _special_days(answer: HoursAnswer, medium: Medium) -> list[str]:
    """Days out of the ordinary; those that have the same reason are told at once."""
    said = []
    for _, group in groupby(answer.special_days, key=lambda day: (day.hours, day.reason, day.holiday)):
        days = list(group)
        first, last = (day_name(days[at].day, answer.now.date()) for at in (0, -1))
        name = first if len(days) == 1 else f"de {first} à {last}"
        said.append(_one_day(_capital(name), days[0], medium))
    return said[:_MAX_SPECIAL_DAYS]


def _one_day(name: str, day: DayHours, medium: Medium) -> str:
    if not day.spans:
        return f"{name}, c'est fermé{_because(day)}."
    return f"{name}, c'est ouvert {runs(day.hours, medium)}{_although(day)}."


def _closed_on(answer: HoursAnswer, name: str, day: DayHours, medium: Medium) -> str:
    return f"{_capital(name)}, c'est fermé{_because(day)}.{_reopens(answer, medium)}"


def _reopens(answer: HoursAnswer, medium: Medium) -> str:
    if answer.next_span is None:
        return ""
    return f" Le service rouvre {_opening(answer, answer.next_span, medium)}."


def _opening(answer: HoursAnswer, span: Span, medium: Medium) -> str:
    today = answer.now.date()
    name = "" if span.start.date() == today else f"{day_name(span.start.date(), today)} "
    comment = f", {span.comment}" if span.comment else ""
    return f"{name}à {clock(span.start.time(), medium)}{comment}"


def _because(day: DayHours) -> str:
    """Why a service is closed on a day on which it might be expected to be open."""
    if day.reason:
        return f" : {_small(day.reason)}"
    return f" : c'est férié, c'est {day.holiday}" if day.holiday else ""


def _although(day: DayHours) -> str:
    if day.reason:
        return f" : {_small(day.reason)}"
    return ", même si c'est férié" if day.holiday else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
