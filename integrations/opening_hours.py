"""When a service of the city is open: its weekly hours, its exceptions and the public holidays.

Pure functions on the city's data. Moments are aware datetimes of any zone; hours are those of metropolitan
France.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from integrations.city_models import DAYS, OpeningException, OpeningSlot, Service
from integrations.opening_hours_holidays import public_holiday
from integrations.steering import Closure

PARIS = ZoneInfo("Europe/Paris")
MIDNIGHT = time(0, 0)
# A service without an opening in this many days is not announced as opening again.
_SEARCH_DAYS = 400
EXCEPTIONAL = "fermeture exceptionnelle"
# Up to a week, an exception says which days are open; a longer one only says at what hours.
_SHORT_EXCEPTION_DAYS = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours kept on a day. end: `MIDNIGHT` is the end of that day. comment: "sur rendez-vous"…"""

    start: time
    end: time
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours kept on one date. start, end: aware, in French time; the end is not open any more."""

    start: datetime
    end: datetime
    comment: str = ""

    @property
    def hours(self) -> Hours:
        """The same as a clock shows it."""
        return Hours(self.start.time(), self.end.time(), self.comment)


@dataclass(frozen=True, slots=True)
class DayHours:
    """What a service keeps on one date.

    holiday: name of the public holiday, "" on other days, whether it closes the service or not.
    reason: the city's words for an exception, "" on an ordinary day.
    """

    day: date
    spans: tuple[Span, ...]
    holiday: str = ""
    reason: str = ""

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The hours of the day as a clock shows them."""
        return tuple(span.hours for span in self.spans)


def in_french_time(at: datetime) -> datetime:
    """The same moment on French clocks. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("expected an aware datetime")
    return at.astimezone(PARIS)


def weekly_hours(service: Service) -> tuple[tuple[Hours, ...], ...]:
    """The ordinary hours of the seven days, Monday first."""
    if service.always_open:
        return ((Hours(MIDNIGHT, MIDNIGHT),),) * 7
    return tuple(
        _in_order([hours for slot in service.plage_ouverture for hours in _slot_hours(slot, weekday)])
        for weekday in range(7)
    )


def hours_on(service: Service, day: date) -> DayHours:
    """What a service keeps on one date, exceptions, public holidays and exceptional closures counted."""
    holiday = public_holiday(day)
    kept = weekly_hours(service)[day.weekday()]
    if holiday and service.closed_on_public_holidays:
        kept = ()
    reason = ""
    exception = _exception_on(service, day)
    if exception is not None:
        hours = _exception_hours(exception)
        is_short = (exception.date_fin - exception.date_debut).days < _SHORT_EXCEPTION_DAYS
        if not hours or kept or is_short:
            kept, reason = hours, exception.commentaire
    spans = tuple(_span(day, hours) for hours in kept)
    for closure in service.closures:
        left = tuple(part for span in spans for part in _without(span, closure))
        if left != spans:
            spans, reason = left, closure.reason or EXCEPTIONAL
    return DayHours(day, spans, holiday, reason)


def spans_on(service: Service, day: date) -> tuple[Span, ...]:
    """The hours of a service on one date, in order; empty when it is closed."""
    return hours_on(service, day).spans


def is_open(service: Service, at: datetime) -> bool:
    """Whether a service is open at a moment. Raises ValueError for a moment without a zone."""
    return span_at(service, at) is not None


def span_at(service: Service, at: datetime) -> Span | None:
    """The hours in which a moment lies, None when the service is closed then."""
    local = in_french_time(at)
    return next((span for span in spans_on(service, local.date()) if span.start <= local < span.end), None)


def next_opening(service: Service, at: datetime) -> datetime | None:
    """When a service opens next, strictly after a moment; None when nothing says that it ever does.

    Hours that follow midnight without a break are no opening. Raises ValueError for a moment without a zone.
    """
    local = in_french_time(at)
    for span in spans_after(service, local):
        if span.start > local and not is_open(service, span.start - timedelta(minutes=1)):
            return span.start
    return None


def spans_after(service: Service, at: datetime) -> Iterator[Span]:
    """The hours of a service that are not over at a moment, in order, for a bit more than a year."""
    local = in_french_time(at)
    for n_days in range(_SEARCH_DAYS):
        for span in spans_on(service, local.date() + timedelta(days=n_days)):
            if span.end > local:
                yield span


def _span(day: date, hours: Hours) -> Span:
    end_day = day + timedelta(days=1) if hours.end == MIDNIGHT else day
    return Span(
        datetime.combine(day, hours.start, PARIS), datetime.combine(end_day, hours.end, PARIS), hours.comment
    )


def _without(span: Span, closure: Closure) -> Iterator[Span]:
    """What a closure leaves of hours."""
    closes, opens = closure.starts_at.astimezone(PARIS), closure.ends_at.astimezone(PARIS)
    if closes >= span.end or opens <= span.start:
        yield span
        return
    if span.start < closes:
        yield Span(span.start, closes, span.comment)
    if opens < span.end:
        yield Span(opens, span.end, span.comment)


def _slot_hours(slot: OpeningSlot, weekday: int) -> Iterator[Hours]:
    if DAYS.index(slot.nom_jour_debut) <= weekday <= DAYS.index(slot.nom_jour_fin):
        yield _hours(slot.valeur_heure_debut_1, slot.valeur_heure_fin_1, slot.commentaire)
        if slot.valeur_heure_debut_2 is not None and slot.valeur_heure_fin_2 is not None:
            yield _hours(slot.valeur_heure_debut_2, slot.valeur_heure_fin_2, slot.commentaire)


def _exception_hours(exception: OpeningException) -> tuple[Hours, ...]:
    pairs = (
        (exception.valeur_heure_debut_1, exception.valeur_heure_fin_1),
        (exception.valeur_heure_debut_2, exception.valeur_heure_fin_2),
    )
    return _in_order(
        [_hours(start, end, "") for start, end in pairs if start is not None and end is not None]
    )


def _exception_on(service: Service, day: date) -> OpeningException | None:
    """The exception that covers a date; of several the shortest, which knows better."""
    covering = [e for e in service.exceptions if e.date_debut <= day <= e.date_fin]
    return min(covering, key=lambda e: e.date_fin - e.date_debut, default=None)


def _hours(start: str, end: str, comment: str) -> Hours:
    until = time.fromisoformat(end)
    # The directory's form has no 24:00: the last minute of a day stands for its end.
    is_end_of_day = until >= time(23, 59)
    return Hours(time.fromisoformat(start), MIDNIGHT if is_end_of_day else until, comment)


def _in_order(kept: list[Hours]) -> tuple[Hours, ...]:
    """Sort a day's hours and join those that are one."""
    joined: list[Hours] = []
    for hours in sorted(kept, key=lambda each: each.start):
        last = joined[-1] if joined else None
        if last is None or _is_apart(last, hours):
            joined.append(hours)
            continue
        ends = (last.end, hours.end)
        end = MIDNIGHT if MIDNIGHT in ends else max(ends)
        joined[-1] = Hours(last.start, end, last.comment or hours.comment)
    return tuple(joined)


def _is_apart(earlier: Hours, later: Hours) -> bool:
    if earlier.end == MIDNIGHT:
        return False
    touches = later.start == earlier.end
    return later.start > earlier.end or (touches and later.comment != earlier.comment)
