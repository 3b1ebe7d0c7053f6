"""Requests in SQL; every method is one short transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from integrations.backend.duplicates import telling_key
from integrations.backend.intake import NewRequest
from integrations.backend.life import OPEN_STATES, State
from integrations.backend.models import RequestEvent, ServiceRequest
from integrations.backend.query import MAX_ROWS, ByIds, ByReferences, BySpan, Query
from integrations.database import writing

# The author of what came by GeoReport from a client that did not name its source.
CLIENT = "open311"
COMPLETED = "Le signalement a été complété."

_SHOWN = (
    ServiceRequest.id,
    ServiceRequest.reference,
    ServiceRequest.service_code,
    ServiceRequest.state,
    ServiceRequest.status_notes,
    ServiceRequest.agency,
    ServiceRequest.duplicate_of,
    ServiceRequest.description,
    ServiceRequest.address,
    ServiceRequest.address_id,
    ServiceRequest.latitude,
    ServiceRequest.longitude,
    ServiceRequest.media_url,
    ServiceRequest.answers,
    ServiceRequest.priority,
    ServiceRequest.source,
    ServiceRequest.complete,
    ServiceRequest.requested_at,
    ServiceRequest.updated_at,
    ServiceRequest.expected_at,
)


class RequestStore:
    """Files and finds requests. delays: by priority, the time to settle a request."""

    def __init__(self, engine: Engine, delays: Mapping[int, timedelta]) -> None:
        self._engine = engine
        self._delays = delays

    def file(self, new: NewRequest, now: datetime) -> tuple[int, bool]:
        """File a request; return its identifier and whether anything of the new one was kept.

        A reference that is already here makes no second request: the first one's identifier is returned. If
        that one was incomplete and the new one is complete, it takes the new one's content.
        """
        try:
            with writing(self._engine) as session:
                return self._file(session, new, now)
        except IntegrityError:
            # Somebody filed the same reference at the same moment: now it is there.
            with writing(self._engine) as session:
                return self._file(session, new, now)

    def find(self, query: Query) -> Sequence[Row[Any]]:
        """Return what everybody may see of the requests that a query asks for.

        Newest first, MAX_ROWS at most. The rows have the names of `ServiceRequest`; names and numbers of
        people are not even read.
        """
        newest = (
            select(*_SHOWN)
            .where(*_conditions(query))
            .order_by(ServiceRequest.requested_at.desc(), ServiceRequest.id.desc())
            .limit(query.limit if isinstance(query, BySpan) else MAX_ROWS)
            .offset(query.offset if isinstance(query, BySpan) else 0)
        )
        with self._engine.connect() as connection:
            return connection.execute(newest).all()

    def list_for_desk(
        self, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int
    ) -> tuple[int, Sequence[Row[Any]]]:
        """Return how many requests there are, and some of them as in `find`, with their `n_people`."""
        counted = select(func.count()).select_from(ServiceRequest).where(*conditions)
        newest = (
            select(*_SHOWN, ServiceRequest.n_people)
            .where(*conditions)
            .order_by(ServiceRequest.requested_at.desc(), ServiceRequest.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._engine.connect() as connection:
            return connection.execute(counted).scalar_one(), connection.execute(newest).all()

    def get(self, request_id: int) -> ServiceRequest | None:
        """Return the whole of a request."""
        with Session(self._engine) as session:
            return session.get(ServiceRequest, request_id)

    def open_of_device(self, service_code: str, device_id: str) -> ServiceRequest | None:
        """Return the newest open request of a type that a device made."""
        newest = (
            select(ServiceRequest)
            .where(
                ServiceRequest.service_code == service_code,
                ServiceRequest.device_id == device_id,
                ServiceRequest.state.in_(OPEN_STATES),
            )
            .order_by(ServiceRequest.id.desc())
            .limit(1)
        )
        with Session(self._engine) as session:
            return session.scalars(newest).first()

    def check(self) -> None:
        """Raise SQLAlchemyError when the table cannot be read."""
        with Session(self._engine) as session:
            session.execute(text("SELECT 1 FROM service_requests LIMIT 1"))

    def _file(self, session: Session, new: NewRequest, now: datetime) -> tuple[int, bool]:
        row = None
        if new.reference is not None:
            same = select(ServiceRequest).where(ServiceRequest.reference == new.reference)
            row = session.scalars(same.with_for_update()).first()
        if row is None:
            row = ServiceRequest(reference=new.reference, requested_at=new.requested_at)
            session.add(row)
            self._fill(row, new, now)
            session.flush()
            session.add(_received(row, now))
            return row.id, True
        if not new.complete or row.complete:
            return row.id, False
        self._fill(row, new, now)
        session.add(_completed(row, now))
        return row.id, True

    def _fill(self, row: ServiceRequest, new: NewRequest, now: datetime) -> None:
        row.service_code = new.service.code
        row.description = new.description
        row.address = new.address
        row.address_key = telling_key(new.address)
        row.address_id = new.address_id
        row.latitude = new.latitude
        row.longitude = new.longitude
        row.first_name = new.first_name
        row.last_name = new.last_name
        row.phone = new.phone
        row.email = new.email
        row.device_id = new.device_id
        row.account_id = new.account_id
        # Photos that came before stay: a completion need not bring them again.
        row.media_url = new.media_url or row.media_url or ""
        row.answers = dict(new.answers)
        row.priority = new.priority
        row.source = new.source
        row.complete = new.complete
        row.updated_at = now
        row.expected_at = row.requested_at + self._delays[new.priority]


def _received(row: ServiceRequest, now: datetime) -> RequestEvent:
    return RequestEvent(
        request_id=row.id,
        at=now,
        author=row.source or CLIENT,
        state=State.RECEIVED,
        status=State.RECEIVED.status,
    )


def _completed(row: ServiceRequest, now: datetime) -> RequestEvent:
    return RequestEvent(
        request_id=row.id,
        at=now,
        author=row.source or CLIENT,
        status=State(row.state).status,
        note=COMPLETED,
    )


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    if isinstance(query, ByIds):
        return [ServiceRequest.id.in_(query.ids)]
    if isinstance(query, ByReferences):
        return [ServiceRequest.reference.in_(query.references)]
    conditions: list[ColumnElement[bool]] = [ServiceRequest.requested_at.between(query.start, query.end)]
    if query.service_codes:
        conditions.append(ServiceRequest.service_code.in_(query.service_codes))
    if query.states:
        conditions.append(ServiceRequest.state.in_(query.states))
    return conditions
