"""Answers a question about the opening hours of a service; `spoken_hours` puts the answer into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from integrations.city_models import Service
from integrations.opening_hours import (
    MIDNIGHT,
    PARIS,
    DayHours,
    Hours,
    Span,
    hours_on,
    in_french_time,
    span_at,
    spans_after,
    weekly_hours,
)
from integrations.opening_hours_when import PART_HOURS, Date, Dates, General, Moment, Now, PartOfDay, When

# Days that differ from the ordinary week and are this near are told to whoever asks in general.
_SOON_DAYS = 4


@dataclass(frozen=True, slots=True)
class HoursAnswer:
    """What there is to say about the hours of a service.

    now: French time.
    days: each date that was asked about; today for `Now`; none for `Habit`, `Holidays` and `General`.
    open_span: the hours in which the moment asked about lies; None when closed, or when none was asked about.
    next_span: the first hours after the moment or dates asked about that do not belong to them.
    special_days: dates asked about, or coming soon, that differ from the ordinary week.
    """

    service: Service
    asked: When
    now: datetime
    days: tuple[DayHours, ...] = ()
    open_span: Span | None = None
    next_span: Span | None = None
    special_days: tuple[DayHours, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the service is open then; for dates, whether it opens at all; False without a date."""
        if isinstance(self.asked, Now | Moment):
            return self.open_span is not None
        return any(day.spans for day in self.days)

    @property
    def to_confirm(self) -> bool:
        """Whether the city has not confirmed these hours."""
        return self.service.a_verifier


def answer(service: Service, asked: When, now: datetime) -> HoursAnswer:
    """What there is to say about `asked`. Raises ValueError for a `now` without a zone."""
    local = in_french_time(now)
    match asked:
        case Now():
            return _at_moment(service, asked, local, local)
        case Moment(at=at):
            return _at_moment(service, asked, in_french_time(at), local)
        case Date(date=day):
            return _on_dates(service, asked, day, day, local)
        case Dates(first=first, last=last):
            return _on_dates(service, asked, first, last, local)
        case General():
            soon = _run_of_days(service, local.date(), local.date() + timedelta(days=_SOON_DAYS - 1))
            return HoursAnswer(service, asked, local, special_days=_special(service, soon))
        case _:
            return HoursAnswer(service, asked, local)


def in_part(hours: tuple[Hours, ...], part: PartOfDay | None) -> tuple[Hours, ...]:
    """Those of a day's hours that touch a part of it, whole."""
    if part is None:
        return hours
    start, end = PART_HOURS[part]
    return tuple(
        each
        for each in hours
        if (end == MIDNIGHT or each.start < end) and (each.end == MIDNIGHT or each.end > start)
    )


def _at_moment(service: Service, asked: When, at: datetime, now: datetime) -> HoursAnswer:
    following = (span for span in spans_after(service, at) if span.start > at)
    return HoursAnswer(
        service,
        asked,
        now,
        days=(hours_on(service, at.date()),),
        open_span=span_at(service, at),
        next_span=next(following, None),
    )


def _on_dates(service: Service, asked: When, first: date, last: date, now: datetime) -> HoursAnswer:
    days = _run_of_days(service, first, last)
    day_after = datetime.combine(last + timedelta(days=1), MIDNIGHT, PARIS)
    # Today is over for whoever calls in the evening, but not yet for whoever calls in the morning.
    after = max(day_after, now)
    return HoursAnswer(
        service,
        asked,
        now,
        days=days,
        next_span=next(spans_after(service, after), None),
        special_days=_special(service, days),
    )


def _run_of_days(service: Service, first: date, last: date) -> tuple[DayHours, ...]:
    return tuple(hours_on(service, first + timedelta(days=n)) for n in range((last - first).days + 1))


def _special(service: Service, days: tuple[DayHours, ...]) -> tuple[DayHours, ...]:
    week = weekly_hours(service)
    return tuple(day for day in days if day.hours != week[day.day.weekday()])
