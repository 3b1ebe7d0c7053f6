"""What one conversation left with the desk: reports made or joined, call-backs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from integrations.desk_callbacks import Callback, callback_of
from integrations.desk_models import CallbackRow, Delivery, ReportPersonRow, ReportRow
from integrations.protocols import Place


@dataclass(frozen=True, slots=True)
class ConversationReport:
    """A report of a conversation. is_joined: somebody else had made it. closed_at: when it was settled."""

    reference: str
    problem_code: str
    description: str
    place_label: str
    requested_at: datetime
    priority: int
    is_complete: bool
    is_joined: bool
    delivery: Delivery
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Filed:
    """All that a conversation left, oldest first."""

    reports: Sequence[ConversationReport] = ()
    callbacks: Sequence[Callback] = ()


class ConversationDesk:
    """The desk's database, read by conversation. `of` blocks and raises SQLAlchemyError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, conversation_id: str) -> Filed:
        """What a call or chat left; a chat's parts after hand-overs ("id.2") included."""
        joined = select(ReportPersonRow.reference).where(
            _is_of(ReportPersonRow.conversation_id, conversation_id)
        )
        with Session(self._engine) as session:
            others = set(session.scalars(joined))
            reports = session.scalars(
                select(ReportRow)
                .where(
                    or_(
                        _is_of(ReportRow.conversation_id, conversation_id),
                        ReportRow.reference.in_(others),
                    )
                )
                .order_by(ReportRow.requested_at, ReportRow.reference)
            )
            callbacks = session.scalars(
                select(CallbackRow)
                .where(_is_of(CallbackRow.conversation_id, conversation_id))
                .order_by(CallbackRow.requested_at, CallbackRow.reference)
            )
            return Filed(
                [_report(row, is_joined=row.reference in others) for row in reports],
                [callback_of(row) for row in callbacks],
            )


def _is_of(column: InstrumentedAttribute[str], conversation_id: str) -> ColumnElement[bool]:
    return or_(column == conversation_id, column.startswith(f"{conversation_id}.", autoescape=True))


def _report(row: ReportRow, *, is_joined: bool) -> ConversationReport:
    place = Place(row.place_spoken, row.street, row.house_number, row.landmark, row.district)
    return ConversationReport(
        reference=row.reference,
        problem_code=row.problem_code,
        description=row.description,
        place_label=place.label,
        requested_at=row.requested_at,
        priority=row.priority,
        is_complete=row.complete,
        is_joined=is_joined,
        delivery=Delivery(row.delivery),
        closed_at=row.closed_at,
    )
