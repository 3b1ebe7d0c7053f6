"""Runs actions, and tells how long each took: figures for Prometheus, spans of the conversation's trace."""

from __future__ import annotations

import time
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from rasa_sdk.executor import ActionExecutor, ActionExecutorRunResult
from rasa_sdk.interfaces import ActionExecutionRejection

from runtime.metrics import SECONDS
from runtime.tracing import NoTracer, Stage, Tracer


class WatchedExecutor(ActionExecutor):  # type: ignore[misc]  # rasa_sdk has no types
    """See rasa_sdk. Every log line of an action carries the id of its conversation."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._tracer: Tracer = NoTracer()
        self._seconds = Histogram(
            "callbot_action_seconds", "Time of an action", ("action",), registry=registry, buckets=SECONDS
        )
        self._failures = Counter(
            "callbot_action_failures", "Actions that raised an error", ("action",), registry=registry
        )

    def begin(self, tracer: Tracer) -> None:
        """Show every registered action with a nought, and tell `tracer` of what runs from now on."""
        self._tracer = tracer
        for action in self.actions:
            self._failures.labels(action)

    async def run(
        self, action_call: dict[str, Any], sink: Any = None, dispatcher: Any = None
    ) -> ActionExecutorRunResult | None:
        """See rasa_sdk."""
        name = str(action_call.get("next_action") or "")
        if name not in self.actions:
            return await super().run(action_call, sink, dispatcher)
        call_id = str(action_call.get("sender_id") or "")
        began_ns = time.time_ns()
        with (
            structlog.contextvars.bound_contextvars(call_id=call_id),
            self._seconds.labels(name).time(),
        ):
            try:
                return await super().run(action_call, sink, dispatcher)
            except ActionExecutionRejection:
                raise  # says that another one is meant
            except Exception:
                self._failures.labels(name).inc()
                raise
            finally:
                span = Stage(name, began_ns, time.time_ns(), {})
                self._tracer.turn(call_id, span, ())
