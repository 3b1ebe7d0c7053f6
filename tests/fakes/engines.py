"""Speech and dialogue engines whose answers are written beforehand, for tests of what stands between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from bot.call.errors import DialogueError, RecognitionError, SynthesisError
from bot.call.types import AudioFrame, Hints, Reply, Utterance

FRAME_SAMPLES = 320
LOUD = np.full(FRAME_SAMPLES, 8000, dtype="<i2").tobytes()
QUIET = bytes(2 * FRAME_SAMPLES)


class LevelDetector:
    """Calls loud chunks speech."""

    chunk_samples = 512

    def probability(self, pcm: bytes) -> float:
        return 1.0 if np.abs(np.frombuffer(pcm, dtype="<i2")).max() > 1000 else 0.0


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
    """Says 20 ms of a constant per character; refuses what is in `broken`."""

    name = "tone"

    def __init__(self, broken: str = "") -> None:
        self._broken = broken

    async def speak(self, text: str) -> AsyncIterator[AudioFrame]:
        if self._broken and self._broken in text:
            raise SynthesisError("no voice", retryable=False)
        for _ in text:
            await asyncio.sleep(0)
            yield AudioFrame(LOUD)


class ScriptedDialogue:
    """Answers with the given replies in turn; an exception in their place is raised."""

    def __init__(self, *replies: Reply | DialogueError) -> None:
        self._replies = list(replies)
        self.asked: list[str] = []

    async def ask(self, sender_id: str, text: str, caller: str) -> Reply:
        self.asked.append(text)
        if text == "/hang_up":
            raise DialogueError("nothing to say", retryable=False)
        reply = self._replies.pop(0)
        if isinstance(reply, DialogueError):
            raise reply
        return reply


class MemoryLine:
    """A line that plays everything at once and remembers it in order."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.n_audio_bytes = 0
        self.whisper = b""

    def send_audio(self, pcm: bytes) -> None:
        self.n_audio_bytes += len(pcm)

    def send_mark(self, name: str) -> None:
        self.sent.append(f"mark {name}")

    def send_clear(self) -> None:
        self.sent.append("clear")

    def send_transfer(self, target: str, kind: str, whisper: bytes) -> None:
        self.sent.append(f"transfer {target} {kind}")
        self.whisper = whisper

    def send_hangup(self, reason: str) -> None:
        self.sent.append(f"hangup {reason}")
