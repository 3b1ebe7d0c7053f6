"""Deletes what has been kept long enough; what was deleted is written down for the console."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.privacy.keeping import Keeping
from bot.privacy.places import Places
from bot.store import personal_rows
from bot.store.privacy_runs import PrivacyRun, RunKind
from bot.store.trackers import forget_trackers
from integrations import desk_erasure
from integrations.backend import erasure as backend_erasure

log = structlog.get_logger()

EVERY = timedelta(hours=1)
LOOK_S = 60.0


class Retention:
    """The job; `run` must be running. clock: says now. is_ours: whether this bot does it."""

    def __init__(
        self,
        places: Places,
        keeping: Keeping,
        clock: Callable[[], datetime],
        is_ours: Callable[[datetime], bool] = lambda now: True,
    ) -> None:
        self._places = places
        self._keeping = keeping
        self._clock = clock
        self._is_ours = is_ours
        self._reported_on: datetime | None = None

    async def run(self) -> None:
        """Delete what is due now and every hour, until cancelled."""
        swept_at: datetime | None = None
        while True:
            now = self._clock()
            try:
                # Asked each time, due or not: whoever stops asking has given the job up.
                is_ours = await asyncio.to_thread(self._is_ours, now)
                if is_ours and (swept_at is None or now - swept_at >= EVERY):
                    await asyncio.to_thread(self.sweep, now)
                    swept_at = now
            except (SQLAlchemyError, OSError) as error:
                log.error("retention_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    def sweep(self, now: datetime) -> Counter[str]:
        """Delete what is too old by now; blocks. Raises SQLAlchemyError or OSError: the next run goes on."""
        places, keep = self._places, self._keeping

        def before(days: int) -> datetime:
            return now - timedelta(days=days)

        counts: Counter[str] = Counter()
        counts["recordings"] = places.recordings.delete_before(before(keep.audio_days).timestamp())
        counts["learned"] = self._forget_learned(now)
        old_words = before(keep.transcripts_days)
        counts["transcripts"], photos = personal_rows.forget_words(places.conversations, old_words)
        places.photos.delete(photos)
        counts["photos"] = len(photos)
        counts["trackers"] = forget_trackers(places.trackers, old_words)
        old_figures = before(max(keep.statistics_days, keep.transcripts_days))
        counts["statistics"] = personal_rows.forget_figures(places.conversations, old_figures)
        # A day leaves once none of its conversations is left, wherever midnight is.
        counts["counted_days"] = places.counts.forget((old_figures - timedelta(days=1)).date())
        counts["audit"] = personal_rows.forget_audit(places.conversations, before(keep.audit_days))
        desk = places.desk
        counts["notifications"] = desk_erasure.forget_old_notifications(desk, before(keep.notifications_days))
        counts["callbacks"] = desk_erasure.forget_old_callbacks(desk, before(keep.callbacks_days))
        closed = desk_erasure.forget_old_people(desk, before(keep.report_people_days), places.mask)
        backend_erasure.erase_people(places.backend, closed, "", places.mask)
        counts["people"] = len(closed)
        counts = Counter({name: n for name, n in counts.items() if n})
        if counts:
            places.scrub()
        self._report(counts, now)
        return counts

    def _forget_learned(self, now: datetime) -> int:
        paths = self._places.learnings.expired(now)
        self._places.learned.remove(paths)
        self._places.learnings.forget_items(paths)
        return len(paths)

    def _report(self, counts: Counter[str], now: datetime) -> None:
        """Each run that deleted something, and once a day that there was nothing to delete."""
        last = self._reported_on
        if counts or last is None or now - last >= timedelta(days=1):
            self._places.runs.add(PrivacyRun(now, RunKind.RETENTION, "", "", counts))
            self._reported_on = now
