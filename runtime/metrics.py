"""Figures for Prometheus: what every process says of itself, and of what it was asked over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http import HTTPMethod

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Metric,
    ProcessCollector,
)
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.memory import MemoryCollector

# Of what a caller waits for, from a cached sentence to the point where most have hung up.
SECONDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 15.0)
_METHODS = frozenset(HTTPMethod)
NO_ROUTE = "none"


def new_registry() -> CollectorRegistry:
    """An empty registry that knows its process: memory, CPU, open files, time of start."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(MemoryCollector())
    return registry


class LateCollector(Collector):
    """Looks for its figures at each scrape only."""

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance: the database may not be there yet."""
        return ()


class HttpMetrics:
    """ASGI around a listener: counts requests by route, never by address. listener: which one this is."""

    def __init__(self, app: ASGIApp, registry: CollectorRegistry, listener: str) -> None:
        self._app = app
        self._listener = listener
        self._requests = Counter(
            "callbot_http_requests",
            "Requests answered, by route as it is declared",
            ("listener", "route", "method", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "callbot_http_request_seconds",
            "From a request to the start of its answer",
            ("listener", "route"),
            registry=registry,
            buckets=SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began_s = time.perf_counter()
        is_answered = False

        async def noted(message: Message) -> None:
            nonlocal is_answered
            if message["type"] == "http.response.start" and not is_answered:
                is_answered = True
                self._note(scope, message["status"], time.perf_counter() - began_s)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            if not is_answered:
                self._note(scope, 500, time.perf_counter() - began_s)
            raise

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(self._listener, route, method, str(status)).inc()
        self._seconds.labels(self._listener, route).observe(took_s)
