"""What conversations of a span left with the desk, for figures: no names, no numbers, no words."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from integrations.desk_models import CallbackRow, ReportRow

# A chat may leave something that long after it began.
LONGEST = timedelta(days=2)


def called_back(engine: Engine, start: datetime, end: datetime) -> frozenset[str]:
    """Conversations that began in [start, end) and were promised a call-back; some others, too.

    Blocks; raises SQLAlchemyError.
    """
    at = CallbackRow.requested_at
    query = select(CallbackRow.conversation_id).where(at >= start, at < end + LONGEST)
    with Session(engine) as session:
        return frozenset(map(_conversation, session.scalars(query)))


def broken_off(engine: Engine, start: datetime, end: datetime) -> frozenset[str]:
    """Conversations that began in [start, end) and ended amid a report; some others, too.

    Blocks; raises SQLAlchemyError.
    """
    at = ReportRow.requested_at
    query = select(ReportRow.conversation_id).where(
        at >= start, at < end + LONGEST, ReportRow.complete.is_(False)
    )
    with Session(engine) as session:
        return frozenset(map(_conversation, session.scalars(query)))


def _conversation(sender: str) -> str:
    """The conversation of a part of a chat, whose later parts are called "id.2"."""
    conversation, _, part = sender.rpartition(".")
    return conversation if conversation and part.isdecimal() else sender
