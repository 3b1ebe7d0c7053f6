"""The desk in figures for Prometheus, counted in SQL: what waits for people, what became of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.desk_models import CallbackRow, CallbackState
from integrations.notifications import Outcome
from integrations.notifications_models import NotificationRow
from runtime.metrics import LateCollector

_SENDING = "sending"


class DeskCollector(LateCollector):
    """Counts at each scrape. clock: says now, with time zone."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        """Give the figures. Raises SQLAlchemyError."""
        waiting = GaugeMetricFamily("callbot_callbacks", "Call-backs, by state", labels=["state"])
        overdue = GaugeMetricFamily("callbot_callbacks_overdue", "Call-backs that should have been made")
        messages = GaugeMetricFamily(
            "callbot_notifications", "Messages to callers, by what became of them", labels=["outcome"]
        )
        not_done = CallbackRow.state != CallbackState.DONE
        late = select(func.count()).where(not_done, CallbackRow.due_at < self._clock())
        by_state = select(CallbackRow.state, func.count()).group_by(CallbackRow.state)
        by_outcome = select(NotificationRow.outcome, func.count()).group_by(NotificationRow.outcome)
        with Session(self._engine) as session:
            states = dict(session.execute(by_state).tuples().all())
            outcomes = dict(session.execute(by_outcome).tuples().all())
            overdue.add_metric([], session.scalar(late) or 0)
        for state in CallbackState:
            waiting.add_metric([state], states.get(state, 0))
        for outcome in (*Outcome, _SENDING):
            messages.add_metric([outcome], outcomes.get(outcome, 0))
        return (waiting, overdue, messages)
