"""What conversations came to, day by day, as it stands in SQL; nothing in it belongs to anybody."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.models import Base
from integrations.database import UtcDateTime


class CountedDayRow(Base):
    """A day of the city whose conversations were counted, and when that was last done."""

    __tablename__ = "counted_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyCountRow(Base):
    """What occurred among the conversations of one channel that began on a day of the city.

    counts: how often, by `bot.figures.measures.Measure` and item. One document a day, since a page of a year
    adds up all of them: as rows they took four times as long.
    """

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(ForeignKey("counted_days.day", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
