"""The listening half of a call: from the line's frames to the turns of whoever speaks on it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from bot.call.errors import RecognitionError
from bot.call.events import CallerSpoke, CallerStarted, Event, PartlyHeard, RecognitionFailed
from bot.call.protocols import Recognizer, VoiceActivityDetector
from bot.call.turn_taking import TurnEnded, TurnStarted, TurnTaker, TurnTakingSettings
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame, Hints, Utterance


@dataclass(slots=True)
class _Turn:
    """One turn on its way to the recogniser; None in `frames` marks its end."""

    hints: Hints
    start_sample: int
    speech_end_sample: int = 0
    frames: asyncio.Queue[AudioFrame | None] = field(default_factory=asyncio.Queue)

    async def heard(self) -> AsyncIterator[AudioFrame]:
        while (frame := await self.frames.get()) is not None:
            yield frame


class Ear:
    """Hears one line.

    Every frame passes the activity detector; only what belongs to a turn reaches the recogniser. `run`
    must be running for turns to be recognised: one after the other, in the order they were spoken.
    """

    def __init__(
        self,
        detector: VoiceActivityDetector,
        recognizer: Recognizer,
        settings: TurnTakingSettings,
        emit: Callable[[Event], None],
    ) -> None:
        self.hints = Hints()
        self._detector = detector
        self._recognizer = recognizer
        self._turn_taker = TurnTaker(settings)
        self._emit = emit
        self._n_samples = 0
        self._pending = bytearray()
        self._pre_roll: deque[AudioFrame] = deque(
            maxlen=-(-settings.pre_roll_ms * SAMPLE_RATE_HZ // 1000 // detector.chunk_samples)
        )
        self._turn: _Turn | None = None
        self._turns: asyncio.Queue[_Turn] = asyncio.Queue()

    @property
    def n_samples(self) -> int:
        """How much of the line has been heard: the call's clock."""
        return self._n_samples

    def hear(self, pcm: bytes) -> None:
        """Take the next run of 16-bit samples at 16 kHz, of any length."""
        self._pending += pcm
        chunk_bytes = 2 * self._detector.chunk_samples
        while len(self._pending) >= chunk_bytes:
            chunk = AudioFrame(bytes(self._pending[:chunk_bytes]), start_sample=self._n_samples)
            del self._pending[:chunk_bytes]
            self._n_samples += chunk.n_samples
            self._hear_chunk(chunk)

    async def run(self) -> None:
        """Recognise turns until cancelled."""
        while True:
            self._emit(await self._recognize(await self._turns.get()))

    def _hear_chunk(self, chunk: AudioFrame) -> None:
        probability = self._detector.probability(chunk.pcm)
        change = self._turn_taker.push(probability, chunk.start_sample, chunk.n_samples)
        if isinstance(change, TurnStarted):
            self._turn = _Turn(self.hints, change.at_sample)
            for frame in self._pre_roll:
                self._turn.frames.put_nowait(frame)
            self._pre_roll.clear()
            self._turns.put_nowait(self._turn)
            self._emit(CallerStarted(change.at_sample))
        if self._turn is None:
            self._pre_roll.append(chunk)
            return
        self._turn.frames.put_nowait(chunk)
        if isinstance(change, TurnEnded):
            self._turn.speech_end_sample = change.speech_end_sample
            self._turn.frames.put_nowait(None)
            self._turn = None

    async def _recognize(self, turn: _Turn) -> Event:
        last: Utterance | None = None
        try:
            async for utterance in self._recognizer.stream(turn.heard(), turn.hints):
                last = utterance
                if not utterance.is_final:
                    self._emit(PartlyHeard(utterance))
        except RecognitionError:
            return RecognitionFailed()
        if last is None:
            return RecognitionFailed()
        # The recogniser was also given the silence around the speech: these bounds are the true ones.
        return CallerSpoke(replace(last, start_sample=turn.start_sample, end_sample=turn.speech_end_sample))
