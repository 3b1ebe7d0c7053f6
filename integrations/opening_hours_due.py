"""When something promised is due, counted in hours during which somebody is there to do it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from integrations.city_models import Service
from integrations.opening_hours import PARIS, in_french_time, spans_after


def due_at(service: Service, now: datetime, working_hours: float = 4) -> datetime:
    """The moment at which a service will have been open for so many hours from `now` on, in French time.

    A service that never opens again, as far as its data says, is given as many plain hours: somebody must
    look at the promise. Raises ValueError for a `now` without a zone.
    """
    left = timedelta(hours=working_hours)
    start = in_french_time(now).astimezone(UTC)
    # Lengths of time are counted in UTC: twice a year a day has 23 or 25 hours.
    for span in spans_after(service, now):
        opens, closes = max(span.start.astimezone(UTC), start), span.end.astimezone(UTC)
        if closes - opens >= left:
            return (opens + left).astimezone(PARIS)
        left -= closes - opens
    return (start + timedelta(hours=working_hours)).astimezone(PARIS)
