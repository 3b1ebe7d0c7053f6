"""Takes a person out of the desk: who called goes, the report that the city works on stays.

Every function is one transaction and blocks. All raise SQLAlchemyError.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.desk_models import (
    CallbackEventRow,
    CallbackRow,
    CallbackState,
    OutboxRow,
    ReportPersonRow,
    ReportRow,
    WorkItemRow,
)
from integrations.notifications_models import NotificationRow
from integrations.phone_forms import canonical_number, may_be_number

Mask = Callable[[str], str]
# Fields of a report or an update as it waits in the outbox.
_PERSONAL_FIELDS = ("caller_name", "caller_phone", "phone")
_BATCH = 200
_NUMBERS: tuple[tuple[Any, Any], ...] = (
    (ReportRow.caller_phone, ReportRow.conversation_id),
    (ReportPersonRow.phone, ReportPersonRow.conversation_id),
    (CallbackRow.phone, CallbackRow.conversation_id),
    (NotificationRow.recipient, NotificationRow.conversation_id),
)


def conversations_of(engine: Engine, number: str) -> set[str]:
    """Return the conversations in which this number was left with the desk. number: canonical."""
    with Session(engine) as session:
        return {
            conversation
            for phone, of in _NUMBERS
            for written, conversation in session.execute(
                select(phone, of).where(may_be_number(phone, number))
            )
            if conversation and canonical_number(written) == number
        }


def known_people(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield each number as it is written, with its conversation; some twice."""
    with Session(engine) as session:
        for phone, of in _NUMBERS:
            yield from ((str(written), str(of_it)) for written, of_it in session.execute(select(phone, of)))


def references_of(engine: Engine, conversations: Sequence[str], number: str) -> list[str]:
    """Return the reports that were made in these conversations or by this number."""
    with Session(engine) as session:
        rows = _of(session, ReportRow, ReportRow.caller_phone, conversations, number)
        return [row.reference for row in rows]


def erase_people(engine: Engine, conversations: Sequence[str], number: str, mask: Mask) -> Counter[str]:
    """Erase whoever spoke in these conversations, or has this number (canonical, "" for none).

    mask: takes what is personal out of a caller's words, which stay with the report.
    """
    counts: Counter[str] = Counter()
    for start in range(0, max(1, len(conversations)), _BATCH):
        part = conversations[start : start + _BATCH]
        with writing(engine) as session:
            counts += _erase_callbacks(session, part, number)
            counts += _erase_notifications(session, part, number)
            counts += _erase_people_of_reports(session, part, number)
            counts += _erase_reports(session, part, number, mask)
    return counts


def forget_old_callbacks(engine: Engine, before: datetime) -> int:
    """Delete call-backs that were closed before a moment; return how many."""
    old = select(CallbackRow.reference).where(
        CallbackRow.state == CallbackState.DONE, CallbackRow.closed_at < before
    )
    with writing(engine) as session:
        return _delete_callbacks(session, list(session.scalars(old)))


def forget_old_people(engine: Engine, before: datetime, mask: Mask) -> list[str]:
    """Take the caller out of reports that were closed before a moment; return their references."""
    closed = select(ReportRow).where(
        ReportRow.closed_at < before, or_(ReportRow.caller_phone != "", ReportRow.caller_name != "")
    )
    with writing(engine) as session:
        rows = list(session.scalars(closed.limit(_BATCH * 10)))
        for row in rows:
            _forget_caller(session, row, mask)
            for person in session.scalars(
                select(ReportPersonRow).where(ReportPersonRow.reference == row.reference)
            ):
                _forget_person(person)
        return [row.reference for row in rows]


def forget_old_notifications(engine: Engine, before: datetime) -> int:
    """Delete messages to callers older than a moment; return how many."""
    with writing(engine) as session:
        found = session.execute(delete(NotificationRow).where(NotificationRow.created_at < before))
        return int(found.rowcount)  # type: ignore[attr-defined]


def _of(session: Session, row: Any, phone: Any, conversations: Collection[str], number: str) -> list[Any]:
    """Rows of these conversations or of this number."""
    wanted: ColumnElement[bool] = row.conversation_id.in_(conversations)
    if number:
        wanted = or_(wanted, may_be_number(phone, number))
    return [
        found
        for found in session.scalars(select(row).where(wanted))
        if found.conversation_id in conversations or canonical_number(getattr(found, phone.key)) == number
    ]


def _erase_callbacks(session: Session, conversations: Collection[str], number: str) -> Counter[str]:
    rows = _of(session, CallbackRow, CallbackRow.phone, conversations, number)
    return Counter(callbacks=_delete_callbacks(session, [row.reference for row in rows]))


def _delete_callbacks(session: Session, references: Sequence[str]) -> int:
    session.execute(delete(CallbackEventRow).where(CallbackEventRow.reference.in_(references)))
    session.execute(delete(CallbackRow).where(CallbackRow.reference.in_(references)))
    return len(references)


def _erase_notifications(session: Session, conversations: Collection[str], number: str) -> Counter[str]:
    rows = _of(session, NotificationRow, NotificationRow.recipient, conversations, number)
    for row in rows:
        session.delete(row)
    return Counter(notifications=len(rows))


def _erase_people_of_reports(session: Session, conversations: Collection[str], number: str) -> Counter[str]:
    rows = _of(session, ReportPersonRow, ReportPersonRow.phone, conversations, number)
    for row in rows:
        _forget_person(row)
        for outbox in _outbox_of(session, row.reference):
            if canonical_number(str(outbox.payload.get("phone") or "")) == number:
                _clean(outbox, str)
    return Counter(people=len(rows))


def _forget_person(row: ReportPersonRow) -> None:
    """Somebody told of it, nobody knows who: the city still counts how many people did."""
    row.phone, row.conversation_id = "", f"erased-{row.id}"


def _erase_reports(session: Session, conversations: Collection[str], number: str, mask: Mask) -> Counter[str]:
    rows = _of(session, ReportRow, ReportRow.caller_phone, conversations, number)
    for row in rows:
        _forget_caller(session, row, mask)
        row.conversation_id = ""
    return Counter(reports=len(rows))


def _forget_caller(session: Session, row: ReportRow, mask: Mask) -> None:
    row.caller_name = row.caller_phone = ""
    row.description, row.place_spoken = mask(row.description), mask(row.place_spoken)
    row.answers = {code: mask(answer) for code, answer in row.answers.items()}
    letters = _outbox_of(session, row.reference)
    for outbox in letters:
        _clean(outbox, mask)
    # What agents noted about the person.
    keys = [row.reference, *(str(outbox.id) for outbox in letters)]
    session.execute(update(WorkItemRow).where(WorkItemRow.key.in_(keys)).values(note=""))


def _outbox_of(session: Session, reference: str) -> Sequence[OutboxRow]:
    return session.scalars(select(OutboxRow).where(OutboxRow.reference == reference)).all()


def _clean(outbox: OutboxRow, mask: Mask) -> None:
    """What waits is still delivered, without the person; what was delivered is only kept as a trace."""
    payload = dict(outbox.payload)
    for name in _PERSONAL_FIELDS:
        if payload.get(name):
            payload[name] = ""
    if isinstance(payload.get("description"), str):
        payload["description"] = mask(payload["description"])
    if "conversation_id" in payload:
        payload["conversation_id"] = ""
    outbox.payload = payload
    # A server's words may quote what it was sent.
    outbox.last_error = ""
