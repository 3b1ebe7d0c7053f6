"""Figures of how things stand, read when they are asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.backup.marker import last_backup
from bot.chat.session import Mode
from bot.store.models import ChatSession
from bot.store.models_review import ReviewRow
from bot.store.reviews import State
from bot.supervise.control import ControlError, Supervisor
from runtime.metrics import LateCollector


@dataclass(frozen=True, slots=True)
class Standing:
    """What a look needs.

    database: of the conversations. n_writes, n_chats: how much of the record is not written yet; how many
    chats somebody has open. is_open: whether the city hall answers its phone at that moment, by its hours.
    """

    database: Engine
    var_dir: Path
    supervisor: Supervisor
    clock: Callable[[], datetime]
    is_open: Callable[[datetime], bool]
    n_writes: Callable[[], int]
    n_chats: Callable[[], int]


class StandingCollector(LateCollector):
    """Looks at each scrape; to be called off the event loop. What cannot be read is left out."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterable[Metric]:
        """Give the figures."""
        now = self._standing.clock()
        yield _gauge(
            "callbot_city_hall_open",
            "1 in the hours in which calls are to be expected",
            self._standing.is_open(now),
        )
        yield _gauge(
            "callbot_record_writes_waiting", "Lines of the record not written yet", self._standing.n_writes()
        )
        yield _gauge("callbot_chats_in_progress", "Chats that somebody has open", self._standing.n_chats())
        yield _gauge(
            "callbot_disk_free_bytes",
            "Room where databases and logs are",
            shutil.disk_usage(self._standing.var_dir).free,
        )
        backup = last_backup(self._standing.var_dir)
        if backup is not None:
            yield _gauge(
                "callbot_last_backup_timestamp_seconds",
                "When the last backup was made",
                backup[0].timestamp(),
            )
        yield from self._rows()
        yield from self._processes()

    def _rows(self) -> Iterable[Metric]:
        by_state = select(ReviewRow.state, func.count()).group_by(ReviewRow.state)
        waiting = select(func.count()).where(ChatSession.mode == Mode.WAITING.value)
        try:
            with Session(self._standing.database) as session:
                counts = dict(session.execute(by_state).tuples().all())
                n_waiting = session.scalar(waiting) or 0
        except SQLAlchemyError:
            return
        reviews = GaugeMetricFamily(
            "callbot_corrections", "Corrections of what was understood, by state", labels=["state"]
        )
        for state in State:
            reviews.add_metric([state], counts.get(state, 0))
        yield reviews
        yield _gauge("callbot_chats_waiting", "Chats in which a person is waited for", n_waiting)

    def _processes(self) -> Iterable[Metric]:
        try:
            states = self._standing.supervisor.processes()
        except ControlError:
            return  # started by something else, which watches over its processes itself
        up = GaugeMetricFamily("callbot_process_up", "1 while a process runs", labels=["name"])
        started = GaugeMetricFamily(
            "callbot_process_start_timestamp_seconds",
            "When a process was started last; each change is a restart",
            labels=["name"],
        )
        for name, state in states.items():
            up.add_metric([name], state.runs)
            started.add_metric([name], state.started_s)
        yield up
        yield started


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
