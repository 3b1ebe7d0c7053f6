"""A call over a real `/media` connection, as its figures and its trace tell of it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from prometheus_client import CollectorRegistry
from websockets.exceptions import InvalidStatus

from actions.executor import WatchedExecutor
from bot.call.types import ActionType, Reply
from bot.observe.watch import Watch
from runtime.metrics import new_registry
from runtime.tracing import NoTracer, Tracer, open_tracer
from tests.fakes.engines import LOUD, QUIET
from tests.fakes.trace_collector import TraceCollector, trace_collector
from tests.unit.test_media_gateway import Door, answered, hears, listening
from wire import media

UNDERSTOOD = {"intent": {"name": "goodbye", "confidence": 0.8}}
GOODBYE = Reply("Au revoir Madame Arnaud.", action=ActionType.HANGUP, understood=UNDERSTOOD)
STAGES = {"end_of_turn", "recognition", "dialogue", "synthesis", "first_sound"}


async def one_call(tmp_path: Path, watch: Watch) -> None:
    async with listening(Door(tmp_path, GOODBYE, watch=watch)) as door, answered(door) as peer:
        await hears(peer, lambda message: message == media.Mark("say-2"))
        assert watch.registry.get_sample_value("callbot_calls_in_progress", {"channel": "phone"}) == 1
        for frame in [LOUD] * 50 + [QUIET] * 50:
            await peer.send(frame)
        await hears(peer, lambda message: isinstance(message, media.Hangup))
        await peer.send(media.encode(media.Hangup("bot")))
        await peer.wait_closed()


async def test_a_call_is_counted_and_its_stages_are_timed(tmp_path: Path) -> None:
    watch = Watch()
    await one_call(tmp_path, watch)
    value = watch.registry.get_sample_value
    assert value("callbot_calls_in_progress", {"channel": "phone"}) == 0
    assert value("callbot_calls_answered_total", {"channel": "phone"}) == 1
    assert value("callbot_calls_ended_total", {"outcome": "goodbye"}) == 1
    assert value("callbot_call_duration_seconds_count") == 1
    assert value("callbot_turns_total", {"speaker": "caller"}) == 1
    assert value("callbot_recognizer_confidence_sum") == 0.9
    assert value("callbot_intent_confidence_sum") == 0.8
    counts = {stage: value("callbot_turn_stage_seconds_count", {"stage": stage}) for stage in STAGES}
    # Three sentences were spoken, one of them in answer to the caller.
    assert counts == {stage: 3 if stage == "synthesis" else 1 for stage in STAGES}


async def test_refused_connections_are_counted_by_reason(tmp_path: Path) -> None:
    watch = Watch()
    async with listening(Door(tmp_path, watch=watch)) as door:
        with pytest.raises(InvalidStatus):
            await door.connect("wrong")
        async with door.connect() as peer:
            await peer.send("hello")
            await peer.wait_closed()
    value = watch.registry.get_sample_value
    assert value("callbot_calls_refused_total", {"reason": "not_allowed"}) == 1
    assert value("callbot_calls_refused_total", {"reason": "no_start"}) == 1
    assert value("callbot_calls_answered_total", {"channel": "phone"}) == 0


async def test_a_call_is_one_trace_with_a_span_for_each_turn_and_stage(tmp_path: Path) -> None:
    with trace_collector() as collector:
        bot = open_tracer("bot", {"CALLBOT_OTLP_ENDPOINT": collector.url})
        await one_call(tmp_path, Watch(tracer=bot))
        actions = open_tracer("actions", {"CALLBOT_OTLP_ENDPOINT": collector.url})
        await WatchedExecutorOf(actions).goodbye()
        await asyncio.to_thread(bot.close)
        await asyncio.to_thread(actions.close)
    (call,) = collector.named("call")
    assert {span.trace for span in collector.spans} == {call.trace}
    assert call.parent == ""
    assert call.attributes["callbot.call_id"] == "c1"
    assert (call.attributes["callbot.outcome"], call.attributes["callbot.turns"]) == ("goodbye", 1)
    (turn,) = collector.named("turn")
    assert turn.parent == call.id
    assert turn.attributes["callbot.intent"] == "goodbye"
    inside = {span.name: span for span in collector.spans if span.parent == turn.id}
    assert set(inside) == {"speech", "end_of_turn", "recognition", "dialogue", "synthesis", "say"}
    assert inside["speech"].end_ns == inside["end_of_turn"].start_ns
    assert inside["end_of_turn"].end_ns == inside["recognition"].start_ns
    assert inside["synthesis"].end_ns == inside["say"].start_ns
    assert all(call.start_ns <= span.start_ns <= span.end_ns for span in inside.values())
    (action,) = [span for span in collector.spans if span.service == "callbot-actions"]
    assert (action.name, action.parent) == ("action_goodbye", call.id)
    nobody_is_quoted(collector)


def nobody_is_quoted(collector: TraceCollector) -> None:
    for words in (b"merci", b"Arnaud", b"0612345678", b"opening"):
        assert words not in collector.raw


class WatchedExecutorOf:
    """The actions' executor with one action in it."""

    def __init__(self, tracer: Tracer) -> None:
        self.registry: CollectorRegistry = new_registry()
        self.executor = WatchedExecutor(self.registry)
        self.executor.actions["action_goodbye"] = lambda dispatcher, tracker, domain: []
        self.executor.begin(tracer)

    async def goodbye(self) -> None:
        tracker = {
            "sender_id": "c1",
            "slots": {},
            "latest_message": {"text": "merci Madame Arnaud"},
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        }
        await self.executor.run(
            {"next_action": "action_goodbye", "sender_id": "c1", "tracker": tracker, "domain": {"a": {}}}
        )


async def test_actions_are_timed_by_name() -> None:
    watched = WatchedExecutorOf(NoTracer())
    await watched.goodbye()
    value = watched.registry.get_sample_value
    assert value("callbot_action_seconds_count", {"action": "action_goodbye"}) == 1
    assert value("callbot_action_failures_total", {"action": "action_goodbye"}) == 0

    bound: dict[str, object] = {}

    def fail(dispatcher: object, tracker: object, domain: object) -> list[object]:
        bound.update(structlog.contextvars.get_contextvars())
        raise RuntimeError

    watched.executor.actions["action_goodbye"] = fail
    with pytest.raises(RuntimeError):
        await watched.goodbye()
    assert value("callbot_action_failures_total", {"action": "action_goodbye"}) == 1
    assert bound == {"call_id": "c1"}, "whatever an action logs carries the call's id"
    assert not structlog.contextvars.get_contextvars()


def test_nobody_who_asks_for_no_traces_pays_for_them() -> None:
    assert isinstance(open_tracer("bot", {}), NoTracer)
    program = (
        "import sys, bot.observe.watch, runtime.tracing\n"
        "runtime.tracing.open_tracer('bot', {})\n"
        "assert not {'opentelemetry.sdk', 'opentelemetry.exporter'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
