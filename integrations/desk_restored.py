"""Makes a desk whose database comes from a backup safe to go on with."""

from __future__ import annotations

from sqlalchemy import Engine, update

from integrations.database import writing
from integrations.desk_models import Delivery, OutboxRow, ReferenceCounter

# References that were given to callers after the backup was made are not given out a second time.
SKIPPED_REFERENCES = 500


def mark_restored(engine: Engine) -> int:
    """Have what still waits looked for in the city's system before it is sent; returns how much that is.

    It may have been delivered after the backup was made.
    """
    with writing(engine) as session:
        session.execute(update(ReferenceCounter).values(last=ReferenceCounter.last + SKIPPED_REFERENCES))
        waiting = session.execute(
            update(OutboxRow)
            .where(OutboxRow.state == Delivery.PENDING)
            .values(in_doubt=True, claimed_by="", claimed_until=None)
            .returning(OutboxRow.id)
        )
        return len(waiting.all())
