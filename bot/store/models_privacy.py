"""What was deleted and when, as it stands in SQL; never what or whose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base
from integrations.database import UtcDateTime


class PrivacyRunRow(Base):
    """One run of the retention job, one erasure, or one repeat of the erasures after a restore.

    kind: see `bot.store.privacy_runs.RunKind`. login: who asked for it, "" for the job. subject: beginning of
    the keyed hash of what was erased. counts: how many were deleted, by what they are.
    """

    __tablename__ = "privacy_runs"
    __table_args__ = (Index("ix_privacy_runs_at", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))
    login: Mapped[str] = mapped_column(String(64), default="")
    subject: Mapped[str] = mapped_column(String(16), default="")
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
