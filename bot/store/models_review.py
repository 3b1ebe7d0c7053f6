"""What people corrected, and what the callbot learned of it, as it stands in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base
from integrations.database import UtcDateTime


class ReviewRow(Base):
    """One turn of a caller as somebody corrected it; leaves with its conversation.

    marks: entities named in `text`, as `bot.learn.marks.Mark`. as_example, as_recognition, as_conversation:
    what it is offered as. version: counts changes, so that nobody overwrites what they have not seen.
    state: see `bot.store.reviews.State`. reason: why it was refused. learning_id: what it was learned with.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_state", "state", "saved_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(64))
    marks: Mapped[list[Any]] = mapped_column(JSON)
    as_example: Mapped[bool] = mapped_column()
    as_recognition: Mapped[bool] = mapped_column()
    as_conversation: Mapped[bool] = mapped_column()
    version: Mapped[int] = mapped_column(Integer)
    saved_by: Mapped[str] = mapped_column(String(64))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    learning_id: Mapped[int | None] = mapped_column(Integer)


class LearningRow(Base):
    """One run of `callbot learn`: its report. Batches on disk carry its number.

    outcome: see `bot.store.learnings.Outcome`. figures: as `bot.learn.figures.Figure`. detail: what failed.
    """

    __tablename__ = "learnings"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(String(64))
    n_reviews: Mapped[int] = mapped_column(Integer)
    before_model: Mapped[str] = mapped_column(String(64), default="")
    after_model: Mapped[str] = mapped_column(String(64), default="")
    figures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text, default="")


class LearnedRow(Base):
    """One thing learned, which outlives its conversation: what erases a caller finds it by this.

    kind: example, recognition, conversation. path: below `var/learned`. expires_at: of audio, with retention.
    """

    __tablename__ = "learned"
    __table_args__ = (
        Index("ix_learned_conversation", "conversation_id"),
        Index("ix_learned_expires_at", "expires_at"),
    )

    path: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[str] = mapped_column(String(64))
    learning_id: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
