"""The table of messages to callers: what was asked for, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from integrations.database import UtcDateTime
from integrations.desk_models import Base


class NotificationRow(Base):
    """One message to one person.

    recipient: number in international form, or e-mail address; as it was given when it was refused.
    outcome: see `notifications.Outcome`; "sending" while a gateway has it, and for ever if the process died
        then: it may have arrived, so it is never repeated.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_recipient_at", "recipient", "created_at"),
        Index("ix_notifications_medium_at", "medium", "created_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    medium: Mapped[str] = mapped_column(String(8))
    recipient: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
