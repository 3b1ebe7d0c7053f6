"""The outbox in figures for Prometheus, counted in SQL: true whichever worker lives or lived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from integrations.desk_models import Delivery, OutboxKind, OutboxRow
from runtime.metrics import LateCollector


class OutboxCollector(LateCollector):
    """Counts at each scrape. clock: says now, with time zone."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def collect(self) -> Iterable[Metric]:
        """Give the figures. Raises SQLAlchemyError."""
        labels = ["kind", "state"]
        parcels = GaugeMetricFamily(
            "callbot_outbox_parcels", "Things to deliver, by kind and state", labels=labels
        )
        attempts = GaugeMetricFamily(
            "callbot_outbox_attempts", "Attempts made for them, by kind and state", labels=labels
        )
        in_doubt = GaugeMetricFamily(
            "callbot_outbox_in_doubt", "Undelivered things that may have arrived all the same"
        )
        oldest = GaugeMetricFamily(
            "callbot_outbox_oldest_pending_seconds", "Age of what has waited longest, 0 when nothing waits"
        )
        counted = select(
            OutboxRow.kind, OutboxRow.state, func.count(), func.sum(OutboxRow.attempts)
        ).group_by(OutboxRow.kind, OutboxRow.state)
        waiting = select(func.min(OutboxRow.created_at)).where(OutboxRow.state == Delivery.PENDING)
        doubtful = select(func.count()).where(OutboxRow.in_doubt, OutboxRow.state == Delivery.PENDING)
        with Session(self._engine) as session:
            counts = {
                (kind, state): (n, tries) for kind, state, n, tries in session.execute(counted).tuples()
            }
            since = session.scalar(waiting)
            in_doubt.add_metric([], session.scalar(doubtful) or 0)
        for kind in OutboxKind:
            for state in Delivery:
                n_parcels, n_attempts = counts.get((kind, state), (0, 0))
                parcels.add_metric([kind, state], n_parcels)
                attempts.add_metric([kind, state], n_attempts)
        age_s = (self._clock() - since).total_seconds() if since else 0.0
        oldest.add_metric([], max(0.0, age_s))
        return (parcels, attempts, in_doubt, oldest)
