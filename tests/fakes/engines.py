"""Speech and dialogue engines whose answers are written beforehand, for tests of what stands between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import numpy as np

from bot.call.errors import DialogueError, RecognitionError, SynthesisError
from bot.call.types import USUAL_DELIVERY, AudioFrame, Delivery, Hints, Reply, Utterance

FRAME_SAMPLES = 320
LOUD = np.full(FRAME_SAMPLES, 8000, dtype="<i2").tobytes()
QUIET = bytes(2 * FRAME_SAMPLES)


class LevelDetector:
    """Calls loud chunks speech."""

    chunk_samples = 512

    def probability(self, pcm: bytes) -> float:
        return 1.0 if np.abs(np.frombuffer(pcm, dtype="<i2")).max() > 1000 else 0.0

    def close(self) -> None:
        pass


class ScriptedRecognizer:
    """Hears the given texts, one per utterance; an exception in their place is raised."""

    name = "scripted"
    sample_rate_hz = 16_000

    def __init__(self, *texts: str | RecognitionError) -> None:
        self._texts = list(texts)
        self.heard: list[tuple[int, int, Hints]] = []

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        received = [frame async for frame in frames]
        end_sample = received[-1].start_sample + received[-1].n_samples
        self.heard.append((received[0].start_sample, end_sample, hints))
        text = self._texts.pop(0)
        if isinstance(text, RecognitionError):
            raise text
        yield Utterance(text, 0.9, received[0].start_sample, end_sample)


class ToneSynthesizer:
    """Says 20 ms of a constant per character, sentence by sentence; refuses what is in `broken`."""

    name = "tone"

    def __init__(self, broken: str = "") -> None:
        self._broken = broken
        self.deliveries: list[Delivery] = []
        self.prepared: list[str] = []
        self.has_prepared = asyncio.Event()

    async def speak(self, text: str, delivery: Delivery = USUAL_DELIVERY) -> AsyncIterator[AudioFrame]:
        self.deliveries.append(delivery)
        if self._broken and self._broken in text:
            raise SynthesisError("no voice", retryable=False)
        for i, sentence in enumerate(sentences := text.split(". ") if text else []):
            await asyncio.sleep(0)
            words = sentence if i == len(sentences) - 1 else f"{sentence}."
            yield AudioFrame(LOUD * len(sentence), text=words)

    async def prepare(self, texts: Sequence[str]) -> None:
        self.prepared += texts
        self.has_prepared.set()


class ScriptedDialogue:
    """Answers with the given replies in turn; an exception in their place is raised."""

    def __init__(self, *replies: Reply | DialogueError) -> None:
        self._replies = list(replies)
        self.asked: list[str] = []
        self.unheard: list[str] = []

    async def ask(self, sender_id: str, text: str, caller: str, unheard: str = "") -> Reply:
        self.asked.append(text)
        self.unheard.append(unheard)
        reply = self._replies.pop(0)
        if isinstance(reply, DialogueError):
            raise reply
        return reply

    async def tell(self, sender_id: str, text: str, caller: str) -> None:
        self.asked.append(text)


class MemoryLine:
    """A line that plays everything at once and remembers it in order."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.n_audio_bytes = 0
        self.whisper = b""
        self._waits: dict[str, asyncio.Event] = {}

    async def has_sent(self, message: str) -> None:
        """Wait until this was sent."""
        if message not in self.sent:
            await self._waits.setdefault(message, asyncio.Event()).wait()

    def _send(self, message: str) -> None:
        self.sent.append(message)
        if message in self._waits:
            self._waits[message].set()

    def send_audio(self, pcm: bytes) -> None:
        self.n_audio_bytes += len(pcm)

    def send_mark(self, name: str) -> None:
        self._send(f"mark {name}")

    def send_clear(self) -> None:
        self._send("clear")

    def send_gain(self, percent: int, ramp_ms: int) -> None:
        self._send(f"gain {percent}")

    def send_transfer(self, target: str, kind: str, whisper: bytes) -> None:
        self._send(f"transfer {target} {kind}")
        self.whisper = whisper

    def send_hangup(self, reason: str) -> None:
        self._send(f"hangup {reason}")
