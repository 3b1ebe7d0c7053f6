"""What callers said that the machine hardly understood, as it stands in the record: gone when words are.

Blocks; raises SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, literal_column, or_, select
from sqlalchemy.orm import Session

from bot.store.conversation_facts import FALLBACK, UNSURE_INTENT, UNSURE_WORDS
from bot.store.models import Conversation, Turn


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """One sentence. at: when its conversation began."""

    conversation_id: str
    at: datetime
    text: str


def latest_misunderstood(
    engine: Engine, start: datetime, end: datetime, channel: str, limit: int
) -> Sequence[Misunderstood]:
    """Return what was said in conversations that began in [start, end), the newest first.

    channel: "" for all.
    """
    # As `conversation_facts.is_unsure` says it of one turn.
    is_unsure = or_(
        Turn.intent == FALLBACK, Turn.intent_confidence < UNSURE_INTENT, Turn.confidence < UNSURE_WORDS
    )
    query = (
        select(Conversation.id, Conversation.started_at, Turn.text)
        .join(Turn, Turn.conversation_id == Conversation.id)
        .where(
            # As the partial index says it, so that SQLite sees that it is meant.
            literal_column("conversations.is_unsure"),
            Conversation.started_at >= start,
            Conversation.started_at < end,
            Turn.speaker == "caller",
            Turn.text != "",
            is_unsure,
        )
        .order_by(Conversation.started_at.desc(), Turn.position)
        .limit(limit)
    )
    if channel:
        query = query.where(Conversation.channel == channel)
    with Session(engine) as session:
        return [Misunderstood(*row) for row in session.execute(query).tuples()]
