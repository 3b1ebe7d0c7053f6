"""Conversations and their turns as they stand in SQL. All times in ms are counted from the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from integrations.database import UtcDateTime


class Base(DeclarativeBase):
    """The tables of the conversations' database."""


class Conversation(Base):
    """One call or chat.

    id: the call id on the wire and Rasa's sender id. emergency: kind of danger spoken of first, "" for none.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_started_at", "started_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    caller: Mapped[str] = mapped_column(String(64), default="")
    callee: Mapped[str] = mapped_column(String(64), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    duration_ms: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(64), default="")
    emergency: Mapped[str] = mapped_column(String(32), default="", server_default="")
    recognizer: Mapped[str] = mapped_column(String(64), default="")
    synthesizer: Mapped[str] = mapped_column(String(64), default="")

    turns: Mapped[list[Turn]] = relationship(
        back_populates="conversation", order_by="Turn.position", cascade="all, delete-orphan"
    )


class Turn(Base):
    """One thing said by one side; durations as in `bot.call.journal.TurnRecord`."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    speaker: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    start_ms: Mapped[int] = mapped_column(Integer)
    end_ms: Mapped[int] = mapped_column(Integer)
    was_cut_off: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[float | None] = mapped_column(Float)
    intent: Mapped[str] = mapped_column(String(64), default="")
    intent_confidence: Mapped[float | None] = mapped_column(Float)
    entities: Mapped[list[Any]] = mapped_column(JSON, default=list)
    recognition_ms: Mapped[int | None] = mapped_column(Integer)
    dialogue_ms: Mapped[int | None] = mapped_column(Integer)
    synthesis_ms: Mapped[int | None] = mapped_column(Integer)
    silence_ms: Mapped[int | None] = mapped_column(Integer)

    conversation: Mapped[Conversation] = relationship(back_populates="turns")
