"""Dead letters: what the outbox gave up and only a person can settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.desk_models import Delivery, OutboxKind, OutboxRow, ReportRow
from integrations.desk_types import DeadLetter
from integrations.texts import clipped


def find_dead(engine: Engine) -> Sequence[DeadLetter]:
    """Return all dead letters, oldest first."""
    with Session(engine) as session:
        dead = select(OutboxRow).where(OutboxRow.state == Delivery.DEAD).order_by(OutboxRow.id)
        return [
            DeadLetter(row.id, row.reference, row.kind, row.last_error, row.attempts, row.updated_at)
            for row in session.scalars(dead)
        ]


def revive(engine: Engine, letter_id: int, now: datetime) -> bool:
    """Put a dead letter back among what is to be delivered, no longer in doubt."""
    with writing(engine) as session:
        revived = session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == letter_id, OutboxRow.state == Delivery.DEAD)
            .values(state=Delivery.PENDING, in_doubt=False, next_attempt_at=now, updated_at=now)
            .returning(OutboxRow.reference, OutboxRow.kind)
        ).first()
        if revived is None:
            return False
        if revived.kind != OutboxKind.UPDATE:
            _note(session, revived.reference, delivery=Delivery.PENDING)
        return True


def settle(engine: Engine, letter_id: int, backend_id: str, now: datetime) -> bool:
    """Take a dead letter for delivered, since a person has seen to it.

    backend_id: under which the city's system has the report, "" when it is known or there is none.
    """
    with writing(engine) as session:
        settled = session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == letter_id, OutboxRow.state == Delivery.DEAD)
            .values(state=Delivery.DELIVERED, in_doubt=False, updated_at=now)
            .returning(OutboxRow.reference, OutboxRow.kind)
        ).first()
        if settled is None:
            return False
        if settled.kind != OutboxKind.UPDATE:
            _note(session, settled.reference, delivery=Delivery.DELIVERED)
        if backend_id:
            _note(session, settled.reference, backend_id=clipped(backend_id, 128))
        return True


def _note(session: Session, reference: str, **values: str) -> None:
    session.execute(update(ReportRow).where(ReportRow.reference == reference).values(**values))
