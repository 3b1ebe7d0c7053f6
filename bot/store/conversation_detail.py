"""One conversation with its turns, as the console shows it. Blocks; raises SQLAlchemyError."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.store.models import Conversation, Turn

# A chat may go on for weeks; a page of more could not be read.
MAX_TURNS = 1000


@dataclass(frozen=True, slots=True)
class Detail:
    """A conversation and what was said, in order. Detached: relationships are not loaded."""

    conversation: Conversation
    turns: Sequence[Turn]


def read_detail(engine: Engine, conversation_id: str) -> Detail | None:
    """Return a conversation, None when there is none of this id."""
    said = select(Turn).where(Turn.conversation_id == conversation_id)
    with Session(engine, expire_on_commit=False) as session:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None:
            return None
        turns = session.scalars(said.order_by(Turn.position).limit(MAX_TURNS)).all()
        return Detail(conversation, turns)
