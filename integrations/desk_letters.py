"""Dead letters: what the outbox gave up and only a person can settle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from integrations.database import writing
from integrations.desk_models import Delivery, OutboxRow, ReportRow
from integrations.desk_types import DeadLetter


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
        reference = session.scalar(
            update(OutboxRow)
            .where(OutboxRow.id == letter_id, OutboxRow.state == Delivery.DEAD)
            .values(state=Delivery.PENDING, in_doubt=False, next_attempt_at=now, updated_at=now)
            .returning(OutboxRow.reference)
        )
        if reference is None:
            return False
        session.execute(
            update(ReportRow).where(ReportRow.reference == reference).values(delivery=Delivery.PENDING)
        )
        return True
