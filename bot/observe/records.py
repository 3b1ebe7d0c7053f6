"""Watches the record of calls being written: figures and traces come from what is recorded anyway."""

from __future__ import annotations

from datetime import datetime

from bot.call.journal import Records, TurnRecord
from bot.observe.calls import CallMetrics, stages_of
from runtime.tracing import Stage, Tracer

_NS_PER_MS = 1_000_000


class WatchedRecords:
    """Records that also count and trace one call. See `bot.call.journal.Records`.

    channel: phone or browser. answered_at: when the times of the record begin.
    """

    def __init__(
        self, records: Records, metrics: CallMetrics, tracer: Tracer, channel: str, answered_at: datetime
    ) -> None:
        self._records = records
        self._metrics = metrics
        self._tracer = tracer
        self._channel = channel
        self._answered_ns = round(answered_at.timestamp() * 1000) * _NS_PER_MS
        self._heard: TurnRecord | None = None
        self._n_turns = 0
        self._service = ""

    def add_turn(self, call_id: str, turn: TurnRecord) -> None:
        self._records.add_turn(call_id, turn)
        self._metrics.turn(turn)
        self._trace(call_id, turn)

    def flag_emergency(self, call_id: str, kind: str) -> None:
        self._records.flag_emergency(call_id, kind)
        self._metrics.danger()

    def rate(self, call_id: str, is_satisfied: bool) -> None:
        self._records.rate(call_id, is_satisfied)

    def note_service(self, call_id: str, service: str) -> None:
        self._records.note_service(call_id, service)
        self._service = service

    def note_transfer(self, call_id: str) -> None:
        self._records.note_transfer(call_id)
        self._metrics.transferred()

    def close(self, call_id: str, outcome: str, ended_ms: int) -> None:
        self._records.close(call_id, outcome, ended_ms)
        self._metrics.ended(outcome, ended_ms)
        if self._heard is not None:
            self._trace_turn(call_id, self._heard, None)
        attributes: dict[str, str | int | float | bool] = {
            "callbot.channel": self._channel,
            "callbot.outcome": outcome,
            "callbot.turns": self._n_turns,
            "callbot.service": self._service,
        }
        self._tracer.conversation(call_id, self._stage("call", 0, ended_ms, attributes))

    def _trace(self, call_id: str, turn: TurnRecord) -> None:
        """A turn is what the caller said and the bot's first sentence after it."""
        if turn.speaker == "caller":
            if self._heard is not None:
                self._trace_turn(call_id, self._heard, None)
            self._heard = turn
        elif turn.silence_ms is not None and self._heard is not None:
            heard, self._heard = self._heard, None
            self._trace_turn(call_id, heard, turn)
        else:
            self._tracer.turn(call_id, self._stage("say", turn.start_ms, turn.end_ms, _of_answer(turn)), ())

    def _trace_turn(self, call_id: str, heard: TurnRecord, answer: TurnRecord | None) -> None:
        self._n_turns += 1
        stages = [self._stage("speech", heard.start_ms, heard.end_ms, {})]
        at_ms = heard.end_ms
        for name, took_ms in stages_of(heard):
            # The caller's clock counts samples, ours is the wall's: they differ by a little.
            ends_ms = at_ms + max(0, took_ms)
            stages.append(self._stage(name, at_ms, ends_ms, {}))
            at_ms = ends_ms
        if answer is not None and answer.synthesis_ms is not None:
            began_ms = answer.start_ms - answer.synthesis_ms
            stages.append(self._stage("synthesis", began_ms, answer.start_ms, {}))
            stages.append(self._stage("say", answer.start_ms, answer.end_ms, _of_answer(answer)))
            at_ms = max(answer.end_ms, at_ms)
        whole = self._stage("turn", heard.start_ms, at_ms, _of_heard(heard, answer))
        self._tracer.turn(call_id, whole, tuple(stages))

    def _stage(
        self, name: str, start_ms: int, end_ms: int, attributes: dict[str, str | int | float | bool]
    ) -> Stage:
        start_ns, end_ns = (self._answered_ns + ms * _NS_PER_MS for ms in (start_ms, end_ms))
        return Stage(name, start_ns, end_ns, attributes)


def _of_heard(heard: TurnRecord, answer: TurnRecord | None) -> dict[str, str | int | float | bool]:
    intent = heard.understood.get("intent") or {}
    known = {
        "callbot.intent": intent.get("name"),
        "callbot.intent_confidence": intent.get("confidence"),
        "callbot.recognizer_confidence": heard.confidence,
        "callbot.characters": len(heard.text),
        "callbot.first_sound_ms": None if answer is None else answer.silence_ms,
    }
    return {name: value for name, value in known.items() if value is not None}


def _of_answer(answer: TurnRecord) -> dict[str, str | int | float | bool]:
    return {"callbot.characters": len(answer.text), "callbot.was_cut_off": answer.was_cut_off}
