"""Call-backs as they are promised: what one is, by when it is due, how it is written down.

None is ever deleted, and none is closed but by an agent who says what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.city import City
from integrations.desk_models import CallbackEventRow, CallbackRow, CallbackState, ReferenceCounter
from integrations.desk_reports import next_reference
from integrations.desk_types import NewCallback
from integrations.opening_hours_due import due_at
from integrations.texts import clipped, writable

# Who answers for a service that the city's data does not know.
SWITCHBOARD = "accueil"
WORKING_HOURS = 4.0
# An agent who claimed a call-back and went home must not keep the others from it.
CLAIM_HELD = timedelta(hours=4)


class CallbackEventKind(StrEnum):
    """What can happen to a call-back. TRIED: an agent called and reached nobody."""

    REQUESTED = "requested"
    ASKED_AGAIN = "asked_again"
    CLAIMED = "claimed"
    RELEASED = "released"
    TRIED = "tried"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """One thing that happened. author: an agent's name, "" for the caller."""

    kind: CallbackEventKind
    at: datetime
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A call-back as agents see it. phone: "" when the caller's number was withheld."""

    reference: str
    conversation_id: str
    caller_name: str
    phone: str
    service: str
    reason: str
    requested_at: datetime
    due_at: datetime
    state: CallbackState
    claimed_by: str
    claimed_at: datetime | None
    closed_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the caller still waits although the promised moment is over."""
        return self.state is not CallbackState.DONE and self.due_at < now

    def is_held(self, now: datetime) -> bool:
        """Whether an agent has it in hand, so that no other can take it."""
        is_claimed = self.state is CallbackState.CLAIMED and self.claimed_at is not None
        return is_claimed and now - self.claimed_at < CLAIM_HELD  # type: ignore[operator]


def callback_due_at(city: City, service: str, now: datetime) -> datetime:
    """By when a service calls back: once it has been open for four hours, counted from `now`.

    service: a key of services.yml; an unknown one is given the switchboard's hours. now: with time zone.
    """
    hours = city.services.get(service) or city.services.get(SWITCHBOARD)
    return due_at(hours, now, WORKING_HOURS) if hours else now + timedelta(days=1)


def request_callback(session: Session, callback: NewCallback, prefix: str, now: datetime) -> str:
    """Write a request down and return its reference.

    Once per wish: the same conversation asking the same service to call the same number, while that waits,
    gets the same reference, and what it says is added.
    """
    # One transaction at a time: two tries of one request must not both find nothing.
    session.execute(select(ReferenceCounter).with_for_update())
    waiting = _waiting(session, callback)
    reason = writable(callback.reason)
    if waiting is not None:
        if reason and reason not in waiting.reason:
            waiting.reason = f"{waiting.reason}\n{reason}".strip()
            add_event(session, waiting.reference, CallbackEventKind.ASKED_AGAIN, "", reason, now)
        waiting.due_at = min(waiting.due_at, callback.due_at)
        return waiting.reference
    reference = next_reference(session, prefix, now)
    row = CallbackRow(
        reference=reference,
        conversation_id=callback.conversation_id[:64],
        caller_name=clipped(callback.caller_name, 200),
        phone=clipped(callback.phone, 32),
        service=callback.service,
        reason=reason,
        requested_at=now,
        due_at=callback.due_at,
    )
    session.add(row)
    session.flush()
    add_event(session, reference, CallbackEventKind.REQUESTED, "", "", now)
    return reference


def add_event(
    session: Session, reference: str, kind: CallbackEventKind, author: str, note: str, now: datetime
) -> None:
    """Write down that something happened."""
    session.add(
        CallbackEventRow(
            reference=reference, at=now, author=clipped(author, 64), kind=kind, note=writable(note)
        )
    )


def callback_of(row: CallbackRow) -> Callback:
    """A row as agents see it."""
    return Callback(
        reference=row.reference,
        conversation_id=row.conversation_id,
        caller_name=row.caller_name,
        phone=row.phone,
        service=row.service,
        reason=row.reason,
        requested_at=row.requested_at,
        due_at=row.due_at,
        state=CallbackState(row.state),
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
    )


def _waiting(session: Session, callback: NewCallback) -> CallbackRow | None:
    """The same wish of the same conversation."""
    return session.scalars(
        select(CallbackRow)
        .where(
            CallbackRow.conversation_id == callback.conversation_id[:64],
            CallbackRow.phone == clipped(callback.phone, 32),
            CallbackRow.service == callback.service,
            CallbackRow.state != CallbackState.DONE,
        )
        .order_by(CallbackRow.reference)
        .limit(1)
    ).first()
