"""The listening half of a call: from the line's frames to the turns of whoever speaks on it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from bot.call.end_of_turn import EndOfTurn
from bot.call.errors import RecognitionError
from bot.call.events import (
    CallerSpoke,
    CallerStarted,
    CallerStopped,
    CallerWentOn,
    Event,
    PartlyHeard,
    RecognitionFailed,
)
from bot.call.protocols import Recognizer, VoiceActivityDetector
from bot.call.turn_taking import TurnEnded, TurnStarted, TurnTaker, TurnTakingSettings
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame, Hints, Utterance

# How often, in speech, it is told that a turn goes on, and until when anybody wants to know.
WENT_ON_EVERY_MS = 100
WENT_ON_UNTIL_MS = 2000
# A hypothesis ends about where speech does: recogniser and activity detector do not agree to the sample.
SAME_END_SAMPLES = SAMPLE_RATE_HZ // 10


@dataclass(slots=True)
class _Turn:
    """One turn on its way to the recogniser; None in `frames` marks its end.

    hypothesis: the last of the recogniser's. patience_ms: how much silence ends the turn after it;
    talked_over_ms: the same while the bot speaks.
    told_ms: for how much speech it was told that the turn goes on.
    """

    hints: Hints
    start_sample: int
    speech_end_sample: int = 0
    told_ms: int = 0
    hypothesis: Utterance | None = None
    patience_ms: int = 0
    talked_over_ms: int = 0
    frames: asyncio.Queue[AudioFrame | None] = field(default_factory=asyncio.Queue)

    async def heard(self) -> AsyncIterator[AudioFrame]:
        while (frame := await self.frames.get()) is not None:
            yield frame


class Ear:
    """Hears one line.

    Every frame passes the activity detector; only what belongs to a turn reaches the recogniser. `run`
    must be running for turns to be recognised: one after the other, in the order they were spoken.
    end_of_turn: how much silence ends a turn; without it, always `settings.end_silence_ms`.
    hints: what the next turn is likely to be; those of a turn are fixed when it starts.
    """

    def __init__(
        self,
        detector: VoiceActivityDetector,
        recognizer: Recognizer,
        settings: TurnTakingSettings,
        emit: Callable[[Event], None],
        end_of_turn: EndOfTurn | None = None,
    ) -> None:
        self.hints = Hints()
        self._detector = detector
        self._recognizer = recognizer
        self._turn_taker = TurnTaker(settings)
        self._emit = emit
        self._end_of_turn = end_of_turn
        self._is_over = False
        self._n_samples = 0
        self._pending = bytearray()
        self._pre_roll: deque[AudioFrame] = deque(
            maxlen=-(-settings.pre_roll_ms * SAMPLE_RATE_HZ // 1000 // detector.chunk_samples)
        )
        self._turn: _Turn | None = None
        self._turns: asyncio.Queue[_Turn] = asyncio.Queue()
        self._recognizing: asyncio.Task[Event] | None = None

    @property
    def n_samples(self) -> int:
        """How much of the line has been heard: the call's clock."""
        return self._n_samples

    def hear(self, pcm: bytes) -> None:
        """Take the next run of 16-bit samples at 16 kHz, of any length."""
        if self._is_over:
            return
        self._pending += pcm
        chunk_bytes = 2 * self._detector.chunk_samples
        while len(self._pending) >= chunk_bytes:
            pcm = bytes(self._pending[:chunk_bytes])
            del self._pending[:chunk_bytes]
            self._n_samples += self._detector.chunk_samples
            self._hear_chunk(pcm, self._n_samples - self._detector.chunk_samples)

    def cut_turn(self) -> None:
        """End the turn that is being heard; what was heard of it is recognised."""
        ended = self._turn_taker.cut()
        if ended is not None:
            self._end_turn(ended)

    def restart(self) -> None:
        """Give up what is being recognised and what waits for it; nothing is told of it any more."""
        self._turn_taker.cut()
        self._turn = None
        while not self._turns.empty():
            self._turns.get_nowait()
            self._turns.task_done()
        if self._recognizing is not None:
            self._recognizing.cancel()

    async def run(self) -> None:
        """Recognise turns until cancelled; from then on nothing is heard."""
        try:
            while True:
                await self._recognize_next()
        finally:
            self._is_over = True
            self._detector.close()

    async def finish(self) -> None:
        """End the turn that is being heard, and wait until all that was heard is recognised."""
        self.cut_turn()
        await self._turns.join()

    async def _recognize_next(self) -> None:
        turn = await self._turns.get()
        self._recognizing = asyncio.create_task(self._recognize(turn))
        try:
            await asyncio.wait({self._recognizing})
        finally:
            self._recognizing.cancel()
        if not self._recognizing.cancelled():
            self._emit(self._recognizing.result())
        self._turns.task_done()

    def _hear_chunk(self, pcm: bytes, start_sample: int) -> None:
        probability = self._detector.probability(pcm)
        is_voice = probability >= self._turn_taker.settings.offset_probability
        chunk = AudioFrame(pcm, start_sample=start_sample, is_voice=is_voice)
        if self._turn is not None and self._end_of_turn is not None:
            self._turn_taker.patience_ms = self._patience_ms(self._turn, self._end_of_turn)
        change = self._turn_taker.push(probability, chunk.start_sample, chunk.n_samples)
        if isinstance(change, TurnStarted):
            self._start_turn(change)
        if self._turn is None:
            self._pre_roll.append(chunk)
            return
        self._turn.frames.put_nowait(chunk)
        if isinstance(change, TurnEnded):
            self._end_turn(change)
        elif self._turn.told_ms + WENT_ON_EVERY_MS <= self._turn_taker.speech_ms <= WENT_ON_UNTIL_MS:
            self._turn.told_ms = self._turn_taker.speech_ms
            self._emit(CallerWentOn(self._turn.told_ms))

    def _patience_ms(self, turn: _Turn, end_of_turn: EndOfTurn) -> int:
        heard = turn.hypothesis
        if heard is None or heard.end_sample + SAME_END_SAMPLES < self._turn_taker.speech_end_sample:
            return end_of_turn.patience_ms(turn.hints.expect, None)
        return turn.talked_over_ms if self.hints.is_urgent else turn.patience_ms

    def _start_turn(self, started: TurnStarted) -> None:
        self._turn = _Turn(self.hints, started.at_sample)
        for frame in self._pre_roll:
            self._turn.frames.put_nowait(frame)
        self._pre_roll.clear()
        self._turns.put_nowait(self._turn)
        self._emit(CallerStarted(started.at_sample))

    def _end_turn(self, ended: TurnEnded) -> None:
        if self._turn is None:
            return
        self._turn.speech_end_sample = ended.speech_end_sample
        self._turn.frames.put_nowait(None)
        self._turn = None
        self._emit(CallerStopped())

    async def _recognize(self, turn: _Turn) -> Event:
        last: Utterance | None = None
        try:
            async for utterance in self._recognizer.stream(turn.heard(), turn.hints):
                last = utterance
                if not utterance.is_final:
                    self._suppose(turn, utterance)
                    self._emit(PartlyHeard(utterance))
        except RecognitionError:
            return RecognitionFailed()
        if last is None:
            return RecognitionFailed()
        # The recogniser was also given the silence around the speech: these bounds are the true ones.
        return CallerSpoke(replace(last, start_sample=turn.start_sample, end_sample=turn.speech_end_sample))

    def _suppose(self, turn: _Turn, utterance: Utterance) -> None:
        turn.hypothesis = utterance
        if self._end_of_turn is not None:
            turn.patience_ms = self._end_of_turn.patience_ms(turn.hints.expect, utterance.text)
            turn.talked_over_ms = self._end_of_turn.talked_over_ms(turn.hints.expect, utterance.text)
