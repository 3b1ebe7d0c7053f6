"""The outbox in SQL: which worker has what, and what became of it.

Each method is one short transaction. A worker owns a row until its lease ends; whatever it writes about the
row is written only while it still owns it, so that a worker that was held up cannot undo another's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from integrations.database import writing
from integrations.desk_models import Delivery, OutboxKind, OutboxRow, ReportRow

MAX_ERROR_CHARS = 300


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to deliver.

    attempts: this one included. in_doubt: it may have been delivered already. backend_id: the report's
    identifier in the city's system, "" until known.
    """

    id: int
    kind: OutboxKind
    reference: str
    payload: dict[str, Any]
    attempts: int
    in_doubt: bool
    backend_id: str = ""


class OutboxStore:
    """The outbox as one worker sees it.

    worker: its name, unique for ever. lease: how long it may hold a row without writing about it.
    """

    def __init__(self, engine: Engine, worker: str, lease: timedelta) -> None:
        self._engine = engine
        self._worker = worker
        self._lease = lease

    def claim(self, now: datetime) -> Parcel | None:
        """Take the next thing that is due; None when there is none."""
        with Session(self._engine) as session:
            candidate = session.scalar(
                select(OutboxRow.id)
                .where(_is_due(now))
                .order_by(OutboxRow.next_attempt_at, OutboxRow.id)
                .limit(1)
            )
        if candidate is None:
            return None
        with writing(self._engine) as session:
            taken = session.execute(
                update(OutboxRow)
                # Another worker may have been faster: then this changes nothing.
                .where(OutboxRow.id == candidate, _is_due(now))
                .values(
                    claimed_by=self._worker,
                    claimed_until=now + self._lease,
                    attempts=OutboxRow.attempts + 1,
                    updated_at=now,
                )
                .returning(OutboxRow)
                .execution_options(synchronize_session=False)
            )
            row = taken.scalars().first()
            return _parcel(session, row) if row else None

    def begin_sending(self, parcel: Parcel, now: datetime) -> bool:
        """Note that the parcel is about to be sent, so that a crash leaves it in doubt; renew the lease.

        False: the row is no longer ours and must not be sent.
        """
        return self._change(parcel, now, in_doubt=True, claimed_until=now + self._lease)

    def delivered(self, parcel: Parcel, backend_id: str, now: datetime) -> bool:
        """Note that the city's system has it, under this identifier."""
        return self._finish(parcel, Delivery.DELIVERED, "", now, backend_id)

    def belongs_to_another(self, parcel: Parcel, backend_id: str) -> bool:
        """Whether another report already has the identifier that the city's system gave for this one."""
        if parcel.kind is OutboxKind.UPDATE:
            return False
        another = exists().where(ReportRow.backend_id == backend_id, ReportRow.reference != parcel.reference)
        with Session(self._engine) as session:
            return bool(session.scalar(select(another)))

    def dead(self, parcel: Parcel, error: str, now: datetime) -> bool:
        """Give up: a person has to look at it."""
        return self._finish(parcel, Delivery.DEAD, error, now, "")

    def postpone(self, parcel: Parcel, error: str, *, in_doubt: bool, until: datetime, now: datetime) -> bool:
        """Let it wait for another attempt, by any worker."""
        return self._change(
            parcel,
            now,
            claimed_by="",
            claimed_until=None,
            in_doubt=in_doubt,
            next_attempt_at=until,
            last_error=error[:MAX_ERROR_CHARS],
        )

    def _finish(self, parcel: Parcel, state: Delivery, error: str, now: datetime, backend_id: str) -> bool:
        with writing(self._engine) as session:
            is_ours = self._update(
                session,
                parcel,
                state=state,
                claimed_by="",
                claimed_until=None,
                in_doubt=False if state is Delivery.DELIVERED else OutboxRow.in_doubt,
                last_error=error[:MAX_ERROR_CHARS],
                updated_at=now,
            )
            if is_ours and parcel.kind is not OutboxKind.UPDATE:
                _note_on_report(session, parcel.reference, state, backend_id)
            return is_ours

    def _change(self, parcel: Parcel, now: datetime, **values: Any) -> bool:
        with writing(self._engine) as session:
            return self._update(session, parcel, updated_at=now, **values)

    def _update(self, session: Session, parcel: Parcel, **values: Any) -> bool:
        changed = session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == parcel.id,
                OutboxRow.claimed_by == self._worker,
                # A row that was taken again, be it by this worker, is another attempt's.
                OutboxRow.attempts == parcel.attempts,
                OutboxRow.state == Delivery.PENDING,
            )
            .values(**values)
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        return changed.first() is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    earlier = aliased(OutboxRow)
    has_earlier = exists().where(
        earlier.reference == OutboxRow.reference,
        earlier.state == Delivery.PENDING,
        earlier.kind != OutboxKind.UPDATE,
        earlier.id < OutboxRow.id,
    )
    is_named = exists().where(ReportRow.reference == OutboxRow.reference, ReportRow.backend_id != "")
    return and_(
        OutboxRow.state == Delivery.PENDING,
        OutboxRow.next_attempt_at <= now,
        or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < now),
        # What completes a report must not overtake it.
        ~has_earlier,
        # There is nothing to add a word to until the city's system has the report.
        or_(OutboxRow.kind != OutboxKind.UPDATE, is_named),
    )


def _note_on_report(session: Session, reference: str, state: Delivery, backend_id: str) -> None:
    more_to_come = exists().where(
        OutboxRow.reference == reference,
        OutboxRow.state == Delivery.PENDING,
        OutboxRow.kind != OutboxKind.UPDATE,
    )
    pending = session.scalar(select(more_to_come))
    values: dict[str, str] = {"delivery": Delivery.PENDING if pending else state}
    if backend_id:
        values["backend_id"] = backend_id
    session.execute(update(ReportRow).where(ReportRow.reference == reference).values(**values))


def _parcel(session: Session, row: OutboxRow) -> Parcel:
    backend_id = session.scalar(select(ReportRow.backend_id).where(ReportRow.reference == row.reference))
    return Parcel(
        id=row.id,
        kind=OutboxKind(row.kind),
        reference=row.reference,
        payload=dict(row.payload),
        attempts=row.attempts,
        in_doubt=row.in_doubt,
        backend_id=backend_id or "",
    )
