"""Counts of days, kept. Every method blocks; all raise SQLAlchemyError."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Engine, Text, cast, delete, func, select
from sqlalchemy.orm import Session

from bot.figures.measures import Counts, DayCounts, Measure
from bot.store.models_counts import CountedDayRow, DailyCountRow
from integrations.database import writing


class DailyCounts:
    """The counts of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, day: date, counts: Mapping[str, Counts], counted_at: datetime) -> None:
        """Put the counts of a day, by channel, in the place of those it had; twice is as good as once."""
        with writing(self._engine) as session:
            # First, so that two processes that count the same day wait for each other.
            session.merge(CountedDayRow(day=day, counted_at=counted_at))
            session.flush()
            session.execute(delete(DailyCountRow).where(DailyCountRow.day == day))
            for channel, found in counts.items():
                plain = {str(measure): dict(items) for measure, items in found.items()}
                session.add(DailyCountRow(day=day, channel=channel, counts=plain))

    def counted(self, since: date) -> Mapping[date, datetime]:
        """When each day from one on was counted last; days never counted are missing."""
        query = select(CountedDayRow.day, CountedDayRow.counted_at).where(CountedDayRow.day >= since)
        with Session(self._engine) as session:
            return dict(session.execute(query).tuples().all())

    def counted_at(self) -> datetime | None:
        """When something was counted last."""
        with Session(self._engine) as session:
            return session.scalar(select(func.max(CountedDayRow.counted_at)))

    def days(self, first: date, last: date, channel: str = "") -> Sequence[DayCounts]:
        """The counts of days, both included, in order. channel: "" for all."""
        # As text: days that were seen before are the same text, and need not be read again, half of the work.
        text = cast(DailyCountRow.counts, Text)
        query = select(DailyCountRow.day, DailyCountRow.channel, text)
        query = query.where(DailyCountRow.day.between(first, last))
        if channel:
            query = query.where(DailyCountRow.channel == channel)
        with Session(self._engine) as session:
            rows = session.execute(query.order_by(DailyCountRow.day, DailyCountRow.channel)).tuples().all()
        return [DayCounts(day, of, _read(written)) for day, of, written in rows]

    def forget(self, before: date) -> int:
        """Delete days before one; return how many."""
        with writing(self._engine) as session:
            session.execute(delete(DailyCountRow).where(DailyCountRow.day < before))
            gone = session.execute(delete(CountedDayRow).where(CountedDayRow.day < before))
            return int(gone.rowcount)  # type: ignore[attr-defined]


_MEASURES = {measure.value: measure for measure in Measure}


@lru_cache(maxsize=2048)
def _read(written: str) -> Counts:
    """What an older version counted, and this one does not know, is left out."""
    counts = json.loads(written)
    return {_MEASURES[name]: items for name, items in counts.items() if name in _MEASURES}
