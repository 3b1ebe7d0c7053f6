"""All that the bot tells those who run it, put together; `/metrics` of the internal listener."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.call.journal import Records
from bot.health import Peers
from bot.observe.calls import CallMetrics
from bot.observe.engines import DialogueMetrics, InferenceMetrics, PeerMetrics
from bot.observe.records import WatchedRecords
from bot.observe.state import Standing, StandingCollector
from bot.speech.inference import InferenceQueue
from runtime.metrics import new_registry
from runtime.tracing import NoTracer, Tracer


class Watch:
    """One per process."""

    def __init__(self, registry: CollectorRegistry | None = None, tracer: Tracer | None = None) -> None:
        self.registry = registry or new_registry()
        self.tracer = tracer or NoTracer()
        self.calls = CallMetrics(self.registry)
        self.dialogue = DialogueMetrics(self.registry)

    def records(self, records: Records, channel: str, answered_at: datetime) -> Records:
        """Records of one call, watched."""
        return WatchedRecords(records, self.calls, self.tracer, channel, answered_at)

    def look_at(self, queue: InferenceQueue) -> None:
        """Tell of this queue, too; once."""
        InferenceMetrics(self.registry, queue)

    def router(self, standing: Standing, peers: Callable[[], Peers]) -> APIRouter:
        """The route that Prometheus asks, for the internal listener; once."""
        self.registry.register(StandingCollector(standing))
        peer_metrics = PeerMetrics(self.registry, peers)
        router = APIRouter()

        @router.get("/metrics")
        async def metrics() -> Response:
            await peer_metrics.look()
            body = await asyncio.to_thread(generate_latest, self.registry)
            return Response(body, media_type=CONTENT_TYPE_LATEST)

        return router
