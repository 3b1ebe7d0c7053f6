"""Reads the conversations of a span as they are counted: no words, no numbers.

Blocks; raises SQLAlchemyError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from bot.figures.day import CountedConversation, CountedTurn
from bot.store.models import Conversation, Turn

_TURN = (
    Turn.speaker,
    Turn.intent,
    Turn.intent_confidence,
    Turn.confidence,
    Turn.procedure,
    Turn.recognition_ms,
    Turn.dialogue_ms,
    Turn.synthesis_ms,
    Turn.silence_ms,
)
_CONVERSATION = (
    Conversation.id,
    Conversation.channel,
    Conversation.started_at,
    Conversation.duration_ms,
    Conversation.outcome,
    Conversation.intent,
    Conversation.emergency,
    Conversation.was_transferred,
    Conversation.is_satisfied,
)


def read_span(engine: Engine, start: datetime, end: datetime) -> list[CountedConversation]:
    """Return the conversations that began in [start, end)."""
    in_span = (Conversation.started_at >= start, Conversation.started_at < end)
    turns = (
        select(Turn.conversation_id, *_TURN)
        .join(Conversation, Conversation.id == Turn.conversation_id)
        .where(*in_span)
        .order_by(Turn.conversation_id, Turn.position)
    )
    with Session(engine) as session:
        said = {
            id_: tuple(CountedTurn(*row[1:]) for row in rows)
            for id_, rows in groupby(session.execute(turns), key=lambda row: row[0])
        }
        rows = session.execute(select(*_CONVERSATION).where(*in_span)).all()
    return list(_conversations(rows, said))


def first_moment(engine: Engine) -> datetime | None:
    """When the oldest conversation began."""
    with Session(engine) as session:
        return session.scalar(select(Conversation.started_at).order_by(Conversation.started_at).limit(1))


def _conversations(
    rows: Iterable[Row[Any]], said: dict[str, tuple[CountedTurn, ...]]
) -> Iterator[CountedConversation]:
    for row in rows:
        yield CountedConversation(
            id=row.id,
            channel=row.channel,
            started_at=row.started_at,
            has_ended=bool(row.outcome) or row.duration_ms is not None,
            outcome=row.outcome,
            intent=row.intent,
            is_emergency=bool(row.emergency),
            was_transferred=row.was_transferred,
            is_satisfied=row.is_satisfied,
            turns=said.get(row.id, ()),
        )
