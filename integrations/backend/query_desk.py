"""Reads what agents ask of the list of requests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_

from integrations.backend.catalogue import Catalogue
from integrations.backend.dates import parse_date
from integrations.backend.errors import GeoReportError
from integrations.backend.life import State
from integrations.backend.models import ServiceRequest
from integrations.report_places import address_key

MAX_ROWS = 1000
MAX_PAGE = 1_000_000
MAX_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class DeskQuery:
    """Empty and None: any.

    text: part of the description, the address or the reference. start, end: from, and before.
    """

    states: tuple[State, ...] = ()
    service_codes: tuple[str, ...] = ()
    agency: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None
    limit: int = 100
    offset: int = 0


def read_desk_query(params: Mapping[str, str]) -> DeskQuery:
    """Check the parameters of the agents' list. Raises GeoReportError."""
    try:
        states = tuple(State(name) for name in _listed(params, "state"))
    except ValueError as error:
        raise GeoReportError(400, f"state is one of {', '.join(State)}") from error
    limit = _count(params, "page_size", 100, MAX_ROWS)
    return DeskQuery(
        states=states,
        service_codes=_listed(params, "service_code"),
        agency=params.get("agency", ""),
        text=params.get("text", "").strip()[:MAX_TEXT_CHARS],
        start=_date(params, "start_date"),
        end=_date(params, "end_date"),
        limit=limit,
        offset=limit * (_count(params, "page", 1, MAX_PAGE) - 1),
    )


def conditions(query: DeskQuery, catalogue: Catalogue) -> list[ColumnElement[bool]]:
    """What SQL must find. catalogue: tells whose a request is while nobody has assigned it."""
    found: list[ColumnElement[bool]] = []
    if query.states:
        found.append(ServiceRequest.state.in_(query.states))
    if query.service_codes:
        found.append(ServiceRequest.service_code.in_(query.service_codes))
    if query.agency:
        codes = [code for code, service in catalogue.services.items() if service.agency == query.agency]
        found.append(_agency(query.agency, codes))
    if query.text:
        found.append(_text(query.text))
    if query.start is not None:
        found.append(ServiceRequest.requested_at >= query.start)
    if query.end is not None:
        found.append(ServiceRequest.requested_at < query.end)
    return found


def _agency(agency: str, codes: Collection[str]) -> ColumnElement[bool]:
    usual = and_(ServiceRequest.agency == "", ServiceRequest.service_code.in_(codes))
    return or_(ServiceRequest.agency == agency, usual)


def _text(text: str) -> ColumnElement[bool]:
    ways = [
        ServiceRequest.description.icontains(text, autoescape=True),
        ServiceRequest.address.icontains(text, autoescape=True),
        ServiceRequest.reference.icontains(text, autoescape=True),
    ]
    # "av jaures" is in "12 avenue Jean Jaurès", too.
    if words := address_key(text).split():
        key = literal(" ").concat(ServiceRequest.address_key)
        ways.append(and_(*(key.contains(f" {word}", autoescape=True) for word in words)))
    return or_(*ways)


def _listed(params: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in params.get(name, "").split(",") if value.strip())[:MAX_ROWS]


def _count(params: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = params.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise GeoReportError(400, f"{name} is a whole number from 1 to {most}")
    return int(text)


def _date(params: Mapping[str, str], name: str) -> datetime | None:
    if not params.get(name):
        return None
    try:
        return parse_date(params[name])
    except ValueError as error:
        raise GeoReportError(400, f"{name} is not a date with its time zone") from error
