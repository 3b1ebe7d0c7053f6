"""Reads the city's events from an iCalendar (RFC 5545) or RSS address; a slow or broken one costs nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import feedparser
import httpx
import icalendar
import recurring_ical_events
import structlog

from integrations.events import CityEvent

log = structlog.get_logger()

FRESH_S = 600.0
TIMEOUT_S = 2.0
MAX_BYTES = 5_000_000
AHEAD = timedelta(days=120)
FeedKind = Literal["ical", "rss"]


class FeedEvents:
    """One calendar on the web, fetched at most every ten minutes. Implements `Events`.

    url: https. timezone: of times that name none. clock_s: monotonic seconds.
    When it cannot be fetched or read, what was read last is told, else nothing.
    """

    def __init__(
        self, kind: FeedKind, url: str, timezone: ZoneInfo, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._kind = kind
        self._url = url
        self._timezone = timezone
        self._clock_s = clock_s
        self._body = b""
        self._fetched_s = float("-inf")

    async def coming(self, now: datetime) -> Sequence[CityEvent]:
        if self._clock_s() - self._fetched_s > FRESH_S:
            # Before the attempt: a server that is down is not asked again by each caller.
            self._fetched_s = self._clock_s()
            try:
                self._body = await self._fetch()
            except (httpx.HTTPError, ValueError) as error:
                log.warning("events_not_fetched", error=type(error).__name__)
        if not self._body:
            return ()
        read = _read_ical if self._kind == "ical" else _read_rss
        try:
            return await asyncio.to_thread(read, self._body, now, self._timezone)
        except ValueError as error:
            log.warning("events_not_read", error=type(error).__name__)
            return ()

    async def _fetch(self) -> bytes:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=True) as client,
            client.stream("GET", self._url) as response,
        ):
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("the calendar is too large")
            return bytes(body)


def _read_ical(body: bytes, now: datetime, timezone: ZoneInfo) -> Sequence[CityEvent]:
    calendar = icalendar.Calendar.from_ical(body)
    found = recurring_ical_events.of(calendar).between(now, now + AHEAD)
    events = [_event(component, timezone) for component in found]
    return sorted(events, key=lambda event: event.starts_at or now)


def _event(component: icalendar.Component, timezone: ZoneInfo) -> CityEvent:
    start = component.get("DTSTART").dt
    end = component.get("DTEND").dt if component.get("DTEND") else None
    return CityEvent(
        title=_line(component.get("SUMMARY")),
        starts_at=_moment(start, timezone),
        ends_at=_moment(end, timezone) if end is not None else None,
        where=_line(component.get("LOCATION")),
        is_all_day=not isinstance(start, datetime),
    )


def _moment(value: date, timezone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=timezone)
    return value.astimezone(timezone) if value.tzinfo else value.replace(tzinfo=timezone)


def _read_rss(body: bytes, now: datetime, timezone: ZoneInfo) -> Sequence[CityEvent]:
    return [CityEvent(_line(entry.get("title"))) for entry in feedparser.parse(body).entries]


def _line(text: object) -> str:
    return " ".join(str(text or "").split())
