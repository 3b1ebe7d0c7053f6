"""Figures of what calls wait for: the dialogue engine, the inference queue, the processes beside us."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import httpx
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.call.errors import DialogueError
from bot.call.types import Reply
from bot.dialogue.rasa_rest import RasaRest
from bot.health import Peers, check
from bot.speech.inference import InferenceQueue, Priority
from runtime.metrics import SECONDS

PROCESSES = ("rasa", "actions", "backend", "telephony")


class DialogueMetrics:
    """How long the dialogue engine takes, and how often it fails."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "callbot_dialogue_seconds",
            "From a turn sent to the dialogue engine to its reply, actions and wording included",
            ("channel",),
            registry=registry,
            buckets=SECONDS,
        )
        self._failures = Counter(
            "callbot_dialogue_failures",
            "Turns that the dialogue engine did not answer",
            ("channel",),
            registry=registry,
        )
        for channel in ("voice", "chat"):
            self._failures.labels(channel)
            self._seconds.labels(channel)

    def answered(self, channel: str, took_s: float) -> None:
        self._seconds.labels(channel).observe(took_s)

    def failed(self, channel: str) -> None:
        self._failures.labels(channel).inc()


class WatchedDialogue:
    """A dialogue engine that is timed; see `RasaRest`."""

    def __init__(self, dialogue: RasaRest, channel: str, metrics: DialogueMetrics) -> None:
        self._dialogue = dialogue
        self._channel = channel
        self._metrics = metrics

    async def ask(
        self,
        sender_id: str,
        text: str,
        caller: str,
        unheard: str = "",
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Reply:
        """See `RasaRest.ask`."""
        began_s = time.perf_counter()
        try:
            reply = await self._dialogue.ask(sender_id, text, caller, unheard, metadata=metadata)
        except DialogueError:
            self._metrics.failed(self._channel)
            raise
        self._metrics.answered(self._channel, time.perf_counter() - began_s)
        return reply

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        """See `RasaRest.tell`; how long it takes, nobody notices."""
        try:
            await self._dialogue.tell(sender_id, text, caller)
        except DialogueError:
            self._metrics.failed(self._channel)
            raise


class InferenceMetrics:
    """How long speech work waits for a thread, and takes one."""

    def __init__(self, registry: CollectorRegistry, queue: InferenceQueue) -> None:
        waiting = Gauge("callbot_inference_waiting", "Speech work that waits for a thread", registry=registry)
        waiting.set_function(lambda: queue.n_waiting)
        self._waits = self._histogram(registry, "callbot_inference_wait_seconds", "Wait for a turn")
        self._runs = self._histogram(registry, "callbot_inference_run_seconds", "Time in a thread")
        queue.on_done = self._done

    def _histogram(self, registry: CollectorRegistry, name: str, text: str) -> Histogram:
        made = Histogram(name, f"{text}, by urgency", ("priority",), registry=registry, buckets=SECONDS)
        for priority in Priority:
            made.labels(priority.name.lower())
        return made

    def _done(self, priority: Priority, waited_s: float, ran_s: float) -> None:
        self._waits.labels(priority.name.lower()).observe(waited_s)
        self._runs.labels(priority.name.lower()).observe(ran_s)


class PeerMetrics:
    """Whether the processes beside the bot answer, asked anew at each look. peers: where they are now."""

    def __init__(self, registry: CollectorRegistry, peers: Callable[[], Peers]) -> None:
        self._peers = peers
        self._up = Gauge(
            "callbot_peer_up", "1 if a process beside the bot answers", ("peer",), registry=registry
        )

    async def look(self) -> None:
        """Ask them all; a second at most."""
        async with httpx.AsyncClient() as client:
            states = await check(self._peers(), client)
        for name, state in states.items():
            self._up.labels(name).set(state == "ok")
