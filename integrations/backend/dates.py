"""Dates as GeoReport v2 writes them: the W3C's form of ISO 8601, always with a time zone."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

# A "+" that a client left unescaped in a query arrives as a space.
_LOST_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)$")


def parse_date(text: str) -> datetime:
    """Return the moment that a text names. Raises ValueError, also when its time zone is missing."""
    moment = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text.strip()))
    if moment.tzinfo is None:
        raise ValueError("the time zone is missing")
    return moment


def format_date(moment: datetime, timezone: tzinfo) -> str:
    """Write a moment to the second, on the city's clock."""
    return moment.astimezone(timezone).isoformat(timespec="seconds")
