"""What goes on in the city: feria, markets, shows. Where it is read from is the city's choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from integrations.directory_words import plain
from integrations.opening_hours_parse import parse_when
from integrations.opening_hours_when import Date, Dates
from integrations.opening_hours_words import Medium, clock, day_name

AT_MOST = 3
_LONG_WORD = 5


@dataclass(frozen=True, slots=True)
class CityEvent:
    """One event.

    starts_at: with time zone; None for news without a date. is_all_day: its hour says nothing.
    """

    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    where: str = ""
    is_all_day: bool = False


class Events(Protocol):
    """The city's calendar."""

    async def coming(self, now: datetime) -> Sequence[CityEvent]:
        """Return what goes on from `now` on, soonest first; empty when nothing is known."""
        ...


class NoEvents:
    """The calendar of a city that has given none. Implements `Events`."""

    async def coming(self, now: datetime) -> Sequence[CityEvent]:
        return ()


def chosen_events(events: Sequence[CityEvent], text: str, now: datetime) -> Sequence[CityEvent]:
    """The events that a question is about, three at most: those of its date, and of its words if any fit."""
    when = parse_when(text, now)
    if isinstance(when, Date):
        events = [event for event in events if _touches(event, when.date, when.date)]
    elif isinstance(when, Dates):
        events = [event for event in events if _touches(event, when.first, when.last)]
    words = {word for word in plain(text).split() if len(word) >= _LONG_WORD}
    named = [event for event in events if words & set(plain(event.title).split())]
    return (named or events)[:AT_MOST]


def events_sentence(events: Sequence[CityEvent], now: datetime, medium: Medium) -> str:
    """Tell events, one sentence each; "" for none."""
    return " ".join(_told(event, now.date(), medium) for event in events)


def _touches(event: CityEvent, first: date, last: date) -> bool:
    if event.starts_at is None:
        return False
    ends_at = event.ends_at or event.starts_at
    # An event that ends at midnight does not touch the day that begins then.
    last_day = (max(ends_at - timedelta(seconds=1), event.starts_at)).date()
    return event.starts_at.date() <= last and last_day >= first


def _told(event: CityEvent, today: date, medium: Medium) -> str:
    parts = [event.title.rstrip(".")]
    if event.starts_at is not None:
        parts.append(_when(event, event.starts_at, today, medium))
    if event.where:
        parts.append(event.where)
    return f"{', '.join(parts)}."


def _when(event: CityEvent, starts_at: datetime, today: date, medium: Medium) -> str:
    if starts_at.date() < today:
        return "en ce moment"
    day = day_name(starts_at.date(), today)
    return day if event.is_all_day else f"{day} à {clock(starts_at.time(), medium)}"
