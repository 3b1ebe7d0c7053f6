"""Conversations and their turns as they stand in SQL. All times in ms are counted from the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from integrations.database import UtcDateTime


class Base(DeclarativeBase):
    """The tables of the conversations' database."""


def _index_of(name: str, rows: str) -> Index:
    """An index of the few conversations that a list shows."""
    return Index(name, "started_at", sqlite_where=text(rows), postgresql_where=text(rows))


class Conversation(Base):
    """One call or chat.

    id: the call id on the wire and Rasa's sender id. emergency: kind of danger spoken of first, "" for none.
    steering: version of what the city steers that it began with. is_satisfied: what the caller answered at
    the end; None when not asked or not answered.
    service: code of the service that it was about last, as far as the dialogue engine told. intent: what was
    wanted last, see `bot.store.conversation_facts`. is_unsure: something in it was hardly understood.
    was_transferred: a person took over. What people do with it: is_flagged, assignee and reviewed_by (logins,
    "" for nobody), reviewed_at, note; `version` counts their changes.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_started_at", "started_at"),
        Index("ix_conversations_service", "service", "started_at"),
        Index("ix_conversations_intent", "intent", "started_at"),
        Index("ix_conversations_outcome", "outcome", "started_at"),
        Index("ix_conversations_assignee", "assignee", "started_at"),
        _index_of("ix_conversations_unsure", "is_unsure"),
        _index_of("ix_conversations_transferred", "was_transferred"),
        _index_of("ix_conversations_flagged", "is_flagged"),
        _index_of("ix_conversations_emergency", "emergency <> ''"),
        _index_of("ix_conversations_unreviewed", "reviewed_at IS NULL"),
    )

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
    steering: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    is_satisfied: Mapped[bool | None] = mapped_column()
    service: Mapped[str] = mapped_column(String(64), default="", server_default="")
    intent: Mapped[str] = mapped_column(String(64), default="", server_default="")
    is_unsure: Mapped[bool] = mapped_column(default=False, server_default=false())
    was_transferred: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_flagged: Mapped[bool] = mapped_column(default=False, server_default=false())
    assignee: Mapped[str] = mapped_column(String(64), default="", server_default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str] = mapped_column(String(64), default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    turns: Mapped[list[Turn]] = relationship(
        back_populates="conversation", order_by="Turn.position", cascade="all, delete-orphan"
    )


class Turn(Base):
    """One thing said by one side; durations and procedure as in `bot.call.journal.TurnRecord`."""

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
    procedure: Mapped[str] = mapped_column(String(64), default="", server_default="")

    conversation: Mapped[Conversation] = relationship(back_populates="turns")


class ChatSession(Base):
    """What lets a visitor come back to a chat; its conversation stays when this is forgotten.

    id: the conversation's. key_hash: SHA-256 of the secret that the browser holds, in hexadecimal.
    sender: the dialogue engine's conversation, a new one after each hand-over. mode: who answers, see
    `bot.chat.session.Mode`. agent, agent_login: name and account of the person who does.
    attachments: a photo or a place waiting for the report they belong to. carrier: the bot that answers it.
    """

    __tablename__ = "chat_sessions"
    __table_args__ = (
        Index("ix_chat_sessions_seen_at", "seen_at"),
        Index("ix_chat_sessions_mode", "mode"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sender: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str] = mapped_column(String(64), default="")
    agent_login: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    attachments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    carrier: Mapped[str] = mapped_column(String(64), default="", server_default="")


class ChatEntry(Base):
    """One message as it stands in the chat's log; `seq` counts from 1 without gaps.

    client_id: chosen by the browser, so that a message sent twice is kept once; None for the bot's.
    state: "new" until it was handed to the dialogue engine, then "asked", "done" once answered.
    """

    __tablename__ = "chat_entries"
    __table_args__ = (UniqueConstraint("session_id", "client_id", name="uq_chat_entries_client_id"),)

    session_id: Mapped[str] = mapped_column(
        ForeignKey("chat_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    author: Mapped[str] = mapped_column(String(8))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_id: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8), default="done")


class ChatPhoto(Base):
    """A photo that a visitor sent. is_filed: it belongs to a report and outlives the chat."""

    __tablename__ = "chat_photos"
    __table_args__ = (Index("ix_chat_photos_session_id", "session_id"),)

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_filed: Mapped[bool] = mapped_column(default=False)
