"""OpenTelemetry traces: one per conversation, whichever process adds to it; off unless they are collected.

Trace and first span are named after the conversation, so that processes that know its id add to the same
trace without telling each other. No caller's words are ever put into one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from runtime.secrets import PREFIX

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINT = f"{PREFIX}OTLP_ENDPOINT"
STANDARD_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
Attributes = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of time. start_ns, end_ns: since 1970, UTC."""

    name: str
    start_ns: int
    end_ns: int
    attributes: Attributes


class Tracer(Protocol):
    """Where traces go; nothing here waits or fails."""

    def conversation(self, conversation_id: str, whole: Stage) -> None:
        """Add the span of a whole conversation, which holds all others; once, at its end."""
        ...

    def turn(self, conversation_id: str, turn: Stage, stages: tuple[Stage, ...]) -> None:
        """Add something that happened in a conversation, and what it consisted of."""
        ...

    def close(self) -> None:
        """Send what has not been sent yet."""
        ...


class NoTracer:
    """Nobody collects traces."""

    def conversation(self, conversation_id: str, whole: Stage) -> None:
        """Nothing."""

    def turn(self, conversation_id: str, turn: Stage, stages: tuple[Stage, ...]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def open_tracer(process: str, env: Mapping[str, str] | None = None) -> Tracer:
    """Return what sends traces over OTLP/HTTP, or nothing without an address; then no library is loaded.

    process: becomes the service's name, "callbot-bot".
    """
    env = os.environ if env is None else env
    ours = env.get(ENDPOINT, "").rstrip("/")
    if not ours and not any(env.get(name) for name in STANDARD_ENDPOINTS):
        return NoTracer()
    return OtlpTracer(process, f"{ours}/v1/traces" if ours else None)


class OtlpTracer:
    """Sends from a thread of its own, in batches. url: None for what OTEL_EXPORTER_OTLP_* say."""

    def __init__(self, process: str, url: str | None) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        self._ids = _Ids()
        self._provider: TracerProvider = TracerProvider(
            resource=Resource.create({"service.name": f"callbot-{process}"}),
            id_generator=self._ids,  # type: ignore[arg-type]  # the library is loaded only when needed
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("callbot")

    def conversation(self, conversation_id: str, whole: Stage) -> None:
        """See `Tracer`."""
        self._ids.next = names_of(conversation_id)
        self._add(whole, None, {**whole.attributes, "callbot.call_id": conversation_id})

    def turn(self, conversation_id: str, turn: Stage, stages: tuple[Stage, ...]) -> None:
        """See `Tracer`."""
        inside = self._add(turn, _inside(*names_of(conversation_id)), turn.attributes)
        for stage in stages:
            self._add(stage, inside, stage.attributes)

    def close(self) -> None:
        """See `Tracer`."""
        self._provider.shutdown()

    def _add(self, stage: Stage, context: Any, attributes: Attributes) -> Any:
        from opentelemetry.context import Context  # noqa: PLC0415
        from opentelemetry.trace import set_span_in_context  # noqa: PLC0415

        span = self._tracer.start_span(
            stage.name, context or Context(), attributes=dict(attributes), start_time=stage.start_ns
        )
        span.end(max(stage.start_ns, stage.end_ns))
        return set_span_in_context(span, Context())


class _Ids:
    """Names of traces and spans: random, but for the first span of a conversation. Used on one thread."""

    def __init__(self) -> None:
        self.next: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        """32 hexadecimal digits as a number; asked for right before the span's."""
        return self.next[0] if self.next is not None else int.from_bytes(os.urandom(16))

    def generate_span_id(self) -> int:
        """16 hexadecimal digits as a number."""
        named, self.next = self.next, None
        return named[1] if named is not None else int.from_bytes(os.urandom(8))

    def is_trace_id_random(self) -> bool:
        return False


def names_of(conversation_id: str) -> tuple[int, int]:
    """Numbers of a conversation's trace and of the span that holds all others."""
    digest = hashlib.sha256(conversation_id.encode()).digest()
    return int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])


def _inside(trace_id: int, span_id: int) -> Any:
    from opentelemetry.context import Context  # noqa: PLC0415
    from opentelemetry.trace import (  # noqa: PLC0415
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent), Context())
