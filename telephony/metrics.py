"""Figures of one worker for Prometheus, served by a thread of its own on an internal address."""

from __future__ import annotations

import logging
from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from runtime.metrics import new_registry

log = logging.getLogger(__name__)

# Of the worst gap between two frames of a call; 20 ms is perfect, over 60 ms is heard.
_GAPS_S = (0.021, 0.025, 0.03, 0.04, 0.06, 0.1, 0.2, 0.5, 1.0)
REFUSALS = ("stopping", "unhandled", "sdp", "flood")
RESULTS = ("answered", "refused")
FIRST_FAILURE = 300


class WorkerMetrics:
    """One per process; any thread may count."""

    def __init__(self) -> None:
        self.registry = new_registry()
        self._calls = Counter(
            "callbot_sip_calls", "SIP calls that ended, taken or not", ("result",), registry=self.registry
        )
        self._requests = Counter(
            "callbot_sip_requests_refused",
            "Requests refused before they became calls",
            ("why",),
            registry=self.registry,
        )
        self._losses = Counter(
            "callbot_sip_bot_lost", "Calls whose bot was not there, or went away", registry=self.registry
        )
        self._registrations: Gauge | None = None
        self._gaps = Histogram(
            "callbot_sip_worst_frame_gap_seconds",
            "Longest gap between two frames of sound, per call",
            registry=self.registry,
            buckets=_GAPS_S,
        )
        for result in RESULTS:
            self._calls.labels(result)
        for why in REFUSALS:
            self._requests.labels(why)

    def watch_lines(self, n_live: Callable[[], int], n_lines: int) -> None:
        """n_live: how many are taken now, of `n_lines`."""
        Gauge("callbot_sip_lines_in_use", "Lines taken", registry=self.registry).set_function(n_live)
        Gauge("callbot_sip_lines", "Lines of this worker", registry=self.registry).set(n_lines)

    def call_over(self, sip_code: int, worst_gap_s: float) -> None:
        self._calls.labels("refused" if sip_code >= FIRST_FAILURE else "answered").inc()
        if sip_code < FIRST_FAILURE:
            self._gaps.observe(worst_gap_s)

    def requests_refused(self, why: str, count: int) -> None:
        self._requests.labels(why).inc(count)

    def bot_lost(self) -> None:
        self._losses.inc()

    def registered(self, is_registered: bool) -> None:
        if self._registrations is None:
            # Not told at all where there is no PBX: nobody must be woken for that.
            self._registrations = Gauge(
                "callbot_sip_registered", "1 while registered to the PBX", registry=self.registry
            )
        self._registrations.set(is_registered)

    def serve(self, bind: str, port: int) -> None:
        """Answer Prometheus; a port that is taken costs the figures, never the calls."""
        try:
            start_http_server(port, bind, self.registry)
        except OSError as error:
            log.error("metrics_not_served port=%d error=%s", port, type(error).__name__)
