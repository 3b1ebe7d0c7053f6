"""Figures of calls: how many, how they ended, how long each stage took. No words, no numbers of callers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.call.journal import TurnRecord
from runtime.metrics import SECONDS

CHANNELS = ("phone", "browser")
REFUSALS = ("closed", "not_allowed", "no_start")
# Reasons of a hang-up are chosen in code; a new one is counted as "other" until it is written here.
OUTCOMES = ("caller_hung_up", "goodbye", "transferred", "callback_requested", "passed_on", "voice_lost")
OTHER = "other"
STAGES = ("end_of_turn", "recognition", "dialogue", "synthesis", "first_sound")
_CONFIDENCE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_MINUTES = (5.0, 15.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0)


class CallMetrics:
    """One set per process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._in_progress = Gauge(
            "callbot_calls_in_progress", "Calls that are up", ("channel",), registry=registry
        )
        self._answered = Counter("callbot_calls_answered", "Calls answered", ("channel",), registry=registry)
        self._refused = Counter(
            "callbot_calls_refused",
            "Connections for calls refused by the bot",
            ("reason",),
            registry=registry,
        )
        self._ended = Counter("callbot_calls_ended", "How calls ended", ("outcome",), registry=registry)
        self._duration = Histogram(
            "callbot_call_duration_seconds", "Length of calls", registry=registry, buckets=_MINUTES
        )
        self._stages = Histogram(
            "callbot_turn_stage_seconds",
            "What callers wait for, by stage; first_sound is the whole, from their last sound to our first",
            ("stage",),
            registry=registry,
            buckets=SECONDS,
        )
        self._words = Histogram(
            "callbot_recognizer_confidence",
            "How sure the recogniser was of a turn's words",
            registry=registry,
            buckets=_CONFIDENCE,
        )
        self._intents = Histogram(
            "callbot_intent_confidence",
            "How sure the dialogue engine was of what a turn means",
            registry=registry,
            buckets=_CONFIDENCE,
        )
        self._turns = Counter("callbot_turns", "Things said", ("speaker",), registry=registry)
        self._dangers = Counter(
            "callbot_emergencies", "Calls in which a danger was spoken of", registry=registry
        )
        self._transfers = Counter("callbot_calls_transferred", "Callers put through", registry=registry)
        for stage in STAGES:
            self._stages.labels(stage)
        for speaker in ("caller", "bot"):
            self._turns.labels(speaker)
        for channel in CHANNELS:
            self._in_progress.labels(channel)
            self._answered.labels(channel)
        for reason in REFUSALS:
            self._refused.labels(reason)
        for outcome in (*OUTCOMES, OTHER):
            self._ended.labels(outcome)

    @contextmanager
    def call(self, channel: str) -> Iterator[None]:
        """A call lasts as long as the block."""
        known = channel if channel in CHANNELS else OTHER
        self._answered.labels(known).inc()
        with self._in_progress.labels(known).track_inprogress():
            yield

    def refused(self, reason: str) -> None:
        """reason: one of REFUSALS."""
        self._refused.labels(reason).inc()

    def turn(self, turn: TurnRecord) -> None:
        """Something was said."""
        self._turns.labels(turn.speaker).inc()
        for stage, took_ms in stages_of(turn):
            self._stages.labels(stage).observe(max(0, took_ms) / 1000)
        if turn.confidence is not None:
            self._words.observe(turn.confidence)
        sure = (turn.understood.get("intent") or {}).get("confidence")
        if sure is not None:
            self._intents.observe(sure)

    def danger(self) -> None:
        self._dangers.inc()

    def transferred(self) -> None:
        self._transfers.inc()

    def ended(self, outcome: str, duration_ms: int) -> None:
        self._ended.labels(outcome if outcome in OUTCOMES else OTHER).inc()
        self._duration.observe(duration_ms / 1000)


def stages_of(turn: TurnRecord) -> list[tuple[str, int]]:
    """Stages that a turn tells of, in their order, with what each took in ms."""
    after_stop_ms = None
    if turn.recognition_ms is not None and turn.end_of_turn_ms is not None:
        after_stop_ms = turn.recognition_ms - turn.end_of_turn_ms
    took = (turn.end_of_turn_ms, after_stop_ms, turn.dialogue_ms, turn.synthesis_ms, turn.silence_ms)
    return [(name, took_ms) for name, took_ms in zip(STAGES, took, strict=True) if took_ms is not None]
