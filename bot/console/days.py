"""Days of the city as forms and addresses hold them, and the moments at which they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def read_day(text: str) -> date | None:
    """The day that a field holds (ISO 8601), None for what is no day."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    # Beyond these a moment in the city's time has none in UTC.
    return day if 1900 <= day.year <= 9000 else None


def begins(day: date | None, timezone: ZoneInfo) -> datetime | None:
    """The first moment of a day of the city, in UTC."""
    return span(day, day, timezone)[0] if day else None


def ends(day: date | None, timezone: ZoneInfo) -> datetime | None:
    """The first moment that is not in a day of the city any more, in UTC."""
    return span(day, day, timezone)[1] if day else None


def span(first: date, last: date, timezone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a day, and the first after another day, both of the city, in UTC."""
    start, end = (datetime.combine(day, time.min, timezone) for day in (first, last + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)
