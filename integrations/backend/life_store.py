"""The life of requests in SQL; every method is one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Subquery, func, select
from sqlalchemy.orm import Session

from integrations.backend.errors import GeoReportError
from integrations.backend.life import (
    OPEN_STATES,
    SETTLED_STATES,
    Change,
    Lifetime,
    State,
    check_change,
    state_meant,
)
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.backend.query import MAX_ROWS
from integrations.database import writing
from integrations.open311_statuses import Status

MERGED = "Un autre signalement du même problème est regroupé avec celui-ci."


@dataclass(frozen=True, slots=True)
class Update:
    """What a client tells of a request. update_id: its own, "" for none. updated_at: when it was so."""

    request_id: int
    update_id: str
    status: Status
    description: str
    media_url: str
    phone: str
    updated_at: datetime
    adds_person: bool


class LifeStore:
    """Changes requests and tells their events. delays: by priority, the time to settle a request."""

    def __init__(self, engine: Engine, delays: Mapping[int, timedelta]) -> None:
        self._engine = engine
        self._delays = delays

    def change(self, request_id: int, change: Change, now: datetime) -> None:
        """Change a request and note it. Raises GeoReportError when it may not be changed so."""
        with writing(self._engine) as session:
            row = _locked(session, request_id)
            _check_seen(session, row, change)
            check_change(State(row.state), change)
            details: dict[str, str] = {}
            if change.priority is not None:
                row.priority = change.priority
                row.expected_at = row.requested_at + self._delays[change.priority]
                details["priority"] = str(change.priority)
            if change.agency:
                row.agency = details["agency"] = change.agency
            if change.state is not None:
                _note_duplicate(session, row, change, now, details)
                row.state = change.state
                row.status_notes = change.note
            row.updated_at = now
            state = State(row.state)
            session.add(
                RequestEvent(
                    request_id=row.id,
                    at=now,
                    author=change.author[:100],
                    state=change.state or "",
                    status=change.status or state.status,
                    note=change.note,
                    details=details,
                )
            )

    def add_update(self, update: Update, author: str, now: datetime) -> int:
        """Note what a client tells, change the state if that is newer, and return the event's identifier.

        The same update again adds nothing: the first one's identifier is returned.
        """
        with writing(self._engine) as session:
            row = _locked(session, update.request_id)
            if update.update_id:
                same = select(RequestEvent.id).where(
                    RequestEvent.request_id == row.id, RequestEvent.update_id == update.update_id
                )
                known = session.scalar(same)
                if known is not None:
                    return known
            state = self._follow(session, row, update)
            if update.adds_person:
                row.n_people += 1
            row.updated_at = now
            event = RequestEvent(
                request_id=row.id,
                at=now,
                author=author,
                state=state or "",
                status=update.status if state else State(row.state).status,
                note=update.description,
                media_url=update.media_url,
                update_id=update.update_id or None,
                phone=update.phone,
                details={"adds_person": "true"} if update.adds_person else {},
            )
            session.add(event)
            session.flush()
            return event.id

    def events(self, request_id: int) -> Sequence[RequestEvent]:
        """Return all that happened to a request, in order."""
        of_request = select(RequestEvent).where(RequestEvent.request_id == request_id)
        with Session(self._engine) as session:
            return session.scalars(of_request.order_by(RequestEvent.id)).all()

    def updates(self, start: datetime, end: datetime) -> Sequence[RequestEvent]:
        """Return what happened to any request in a span, both ends included, in order; MAX_ROWS at most.

        That a request was received is no update of it.
        """
        in_span = (
            select(RequestEvent)
            .where(RequestEvent.at.between(start, end), RequestEvent.state != State.RECEIVED)
            .order_by(RequestEvent.at, RequestEvent.id)
            .limit(MAX_ROWS)
        )
        with Session(self._engine) as session:
            return session.scalars(in_span).all()

    def people(self, request_ids: Sequence[int]) -> dict[int, int]:
        """Return how many people told of each request, its duplicates included."""
        root = func.coalesce(ServiceRequest.duplicate_of, ServiceRequest.id)
        counted = (
            select(root, func.sum(ServiceRequest.n_people))
            .where(ServiceRequest.id.in_(request_ids) | ServiceRequest.duplicate_of.in_(request_ids))
            .group_by(root)
        )
        with Session(self._engine) as session:
            return {request_id: int(total) for request_id, total in session.execute(counted).tuples()}

    def lifetimes(self, start: datetime, end: datetime) -> Sequence[Lifetime]:
        """Return the lives of the requests received in [start, end), from their events; no duplicates.

        Closing what was done does not settle it later; reopening it means that it was not settled.
        """
        request, settled = ServiceRequest, _settled(start, end)
        lived = (
            select(request.priority, request.requested_at, settled.c.at, request.service_code)
            .join(settled, settled.c.request_id == request.id, isouter=True)
            .where(*_received(start, end), request.state != State.DUPLICATE)
        )
        with Session(self._engine) as session:
            return [Lifetime(*row) for row in session.execute(lived).tuples()]

    def _follow(self, session: Session, row: ServiceRequest, update: Update) -> State | None:
        """Put the request in the state that an update means, unless something here is newer."""
        newest = session.scalar(
            select(func.max(RequestEvent.at)).where(
                RequestEvent.request_id == row.id, RequestEvent.state != ""
            )
        )
        if newest is not None and update.updated_at < newest:
            return None
        state = state_meant(State(row.state), update.status)
        if state is None:
            return None
        if state is State.REOPENED:
            row.duplicate_of = None
        row.state = state
        row.status_notes = update.description
        return state


def _received(start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return ServiceRequest.requested_at >= start, ServiceRequest.requested_at < end


def _settled(start: datetime, end: datetime) -> Subquery:
    """Since when requests received in [start, end) are settled: the first such state after the last open one.

    Found by the database: a year has a hundred thousand events, and callers wait for this process meanwhile.
    """
    event = RequestEvent
    of_span = (
        select(event.request_id, event.id, event.at, event.state)
        .join(ServiceRequest, ServiceRequest.id == event.request_id)
        .where(*_received(start, end))
        .cte("lived")
    )
    opened = (
        select(of_span.c.request_id, func.max(of_span.c.id).label("id"))
        .where(of_span.c.state.in_(OPEN_STATES))
        .group_by(of_span.c.request_id)
        .subquery()
    )
    return (
        select(of_span.c.request_id, func.min(of_span.c.at).label("at"))
        .join(opened, opened.c.request_id == of_span.c.request_id)
        .where(of_span.c.state.in_(SETTLED_STATES), of_span.c.id > opened.c.id)
        .group_by(of_span.c.request_id)
        .subquery()
    )


def _locked(session: Session, request_id: int) -> ServiceRequest:
    row = session.scalars(
        select(ServiceRequest).where(ServiceRequest.id == request_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise GeoReportError(404, "service_request_id was not found")
    return row


def _check_seen(session: Session, row: ServiceRequest, change: Change) -> None:
    """Raise GeoReportError when something happened that the author of a change cannot know of."""
    if change.last_event is None:
        return
    newest = session.scalar(select(func.max(RequestEvent.id)).where(RequestEvent.request_id == row.id))
    if newest is not None and newest > change.last_event:
        raise GeoReportError(409, "the request was changed meanwhile")


def _note_duplicate(
    session: Session, row: ServiceRequest, change: Change, now: datetime, details: dict[str, str]
) -> None:
    """Bind a duplicate to the request that it repeats, or let it go when it is reopened."""
    if change.state is State.REOPENED:
        row.duplicate_of = None
    if change.duplicate_of is None:
        return
    first = _locked(session, change.duplicate_of)
    if first.duplicate_of is not None:
        first = _locked(session, first.duplicate_of)
    if first.id == row.id:
        raise GeoReportError(409, "a request cannot be a duplicate of itself")
    # Its own duplicates go with it: none may point to a request that is one itself.
    for other in session.scalars(select(ServiceRequest).where(ServiceRequest.duplicate_of == row.id)):
        other.duplicate_of = first.id
    row.duplicate_of = first.id
    details["duplicate_of"] = str(first.id)
    first.updated_at = now
    session.add(
        RequestEvent(
            request_id=first.id,
            at=now,
            author=change.author[:100],
            status=State(first.state).status,
            note=MERGED,
            details={"merged": str(row.id)},
        )
    )
