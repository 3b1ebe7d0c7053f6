"""Reads the filters of GET requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.backend.dates import parse_date
from integrations.backend.errors import GeoReportError
from integrations.backend.life import State

MAX_SPAN = timedelta(days=90)
MAX_ROWS = 1000
MAX_LISTED = 1000
MAX_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class ByIds:
    """Requests by identifier, whatever else was asked."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ByReferences:
    """Requests by their client's reference, whatever their dates."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BySpan:
    """The newest requests of a span of time, both ends included. Empty tuples: any.

    limit: rows at most. offset: how many to leave out before.
    """

    start: datetime
    end: datetime
    service_codes: tuple[str, ...]
    states: tuple[State, ...]
    limit: int = MAX_ROWS
    offset: int = 0


Query = ByIds | ByReferences | BySpan


def read_query(params: Mapping[str, str], now: datetime) -> Query:
    """Check the parameters of GET requests. Raises GeoReportError.

    Identifiers and references override the other filters, which must make sense all the same.
    """
    ids, references = _listed(params, "service_request_id"), _listed(params, "reference")
    service_codes, states = _listed(params, "service_code"), _states(_listed(params, "status"))
    dates = _date(params, "start_date"), _date(params, "end_date")
    limit = _count(params, "page_size", MAX_ROWS, MAX_ROWS)
    offset = limit * (_count(params, "page", 1, MAX_PAGE) - 1)
    if ids:
        return ByIds(tuple(_id(text) for text in ids if text.isascii() and text.isdigit()))
    if references:
        return ByReferences(references)
    start, end = _span(*dates, now)
    return BySpan(start, end, service_codes, states, limit, offset)


def read_span(
    params: Mapping[str, str], now: datetime, most: timedelta = MAX_SPAN
) -> tuple[datetime, datetime]:
    """Return the span that start_date and end_date name, `most` at most. Raises GeoReportError."""
    return _span(_date(params, "start_date"), _date(params, "end_date"), now, most)


def read_id(text: str) -> int:
    """Return the identifier in a path. Raises GeoReportError."""
    if not (text.isascii() and text.isdigit()):
        raise GeoReportError(404, "service_request_id was not found")
    return _id(text)


def _id(text: str) -> int:
    # A longer number is no identifier of ours, and SQL would refuse it.
    return int(text) if len(text) <= 18 else 0


def _listed(params: Mapping[str, str], name: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in params.get(name, "").split(",") if value.strip())
    if len(values) > MAX_LISTED:
        raise GeoReportError(400, f"{name} lists more than {MAX_LISTED} values")
    return values


def _count(params: Mapping[str, str], name: str, default: int, most: int) -> int:
    if name not in params:
        return default
    text = params[name]
    if not (text.isascii() and text.isdigit() and 1 <= _id(text) <= most):
        raise GeoReportError(400, f"{name} is a whole number from 1 to {most}")
    return int(text)


def _date(params: Mapping[str, str], name: str) -> datetime | None:
    text = params.get(name, "")
    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise GeoReportError(400, f"{name} is not a date with its time zone") from error


def _span(
    start: datetime | None, end: datetime | None, now: datetime, most: timedelta = MAX_SPAN
) -> tuple[datetime, datetime]:
    try:
        if start is None:
            end = end or now
            return end - MAX_SPAN, end
        end = end or start + MAX_SPAN
    except OverflowError as error:
        raise GeoReportError(400, "the dates are out of range") from error
    if end < start:
        raise GeoReportError(400, "end_date is before start_date")
    if end - start > most:
        raise GeoReportError(400, f"the dates span more than {most.days} days")
    return start, end


def _states(names: tuple[str, ...]) -> tuple[State, ...]:
    if not set(names) <= {"open", "closed"}:
        raise GeoReportError(400, "status is open, closed or both")
    return tuple(state for state in State if state.open311 in names)
