"""Keeps the counts of days up to date: those that are missing, and those that may still change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.console.days import span
from bot.figures.day import LeftWithDesk, count_day
from bot.store.daily_counts import DailyCounts
from bot.store.day_record import first_moment, read_span
from integrations.desk_figures import broken_off, called_back

log = structlog.get_logger()

EVERY_S = 60.0
# Between two days that are made up for: calls in progress come first.
PAUSE_S = 0.05
# Chats last a day and may be promised something after that; then a day is counted for good, so that what is
# erased later leaves its figures as they were.
SETTLED_AFTER = timedelta(days=2)


class Counting:
    """The job; `run` must be running.

    conversations, desk: databases, migrated. clock: says now. is_ours: whether this bot does it, of several.
    """

    def __init__(
        self,
        conversations: Engine,
        desk: Engine,
        timezone: ZoneInfo,
        clock: Callable[[], datetime],
        is_ours: Callable[[datetime], bool] = lambda now: True,
    ) -> None:
        self._conversations = conversations
        self._desk = desk
        self._timezone = timezone
        self._clock = clock
        self._is_ours = is_ours
        self._counts = DailyCounts(conversations)

    async def run(self) -> None:
        """Count what is due now and every minute, until cancelled."""
        while True:
            try:
                is_ours = await asyncio.to_thread(self._is_ours, self._clock())
                for day in await asyncio.to_thread(self.due, self._clock()) if is_ours else ():
                    await asyncio.to_thread(self.count, day, self._clock())
                    await asyncio.sleep(PAUSE_S)
            except SQLAlchemyError as error:
                log.error("days_not_counted", error=type(error).__name__)
            await asyncio.sleep(EVERY_S)

    def catch_up(self, now: datetime) -> None:
        """Count all that is due; blocks. Raises SQLAlchemyError."""
        for day in self.due(now):
            self.count(day, now)

    def due(self, now: datetime) -> list[date]:
        """The days to be counted, the newest first; blocks. Raises SQLAlchemyError."""
        first = first_moment(self._conversations)
        if first is None:
            return []
        begin, today = (at.astimezone(self._timezone).date() for at in (first, now))
        counted = self._counts.counted(begin)
        return [day for day in _days_back(today, begin) if not self._is_settled(day, counted.get(day))]

    def count(self, day: date, now: datetime) -> None:
        """Count one day anew; blocks. Raises SQLAlchemyError."""
        start, end = span(day, day, self._timezone)
        left = LeftWithDesk(called_back(self._desk, start, end), broken_off(self._desk, start, end))
        found = read_span(self._conversations, start, end)
        self._counts.save(day, count_day(found, left, self._timezone), now)

    def _is_settled(self, day: date, counted_at: datetime | None) -> bool:
        return counted_at is not None and counted_at >= span(day, day, self._timezone)[1] + SETTLED_AFTER


def _days_back(last: date, first: date) -> Iterator[date]:
    day = last
    while day >= first:
        yield day
        day -= timedelta(days=1)
