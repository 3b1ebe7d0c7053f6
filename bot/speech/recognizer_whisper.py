"""Whisper as a recogniser of telephone turns.

It decodes whole utterances only, so it starts early: as soon as the caller pauses, while turn-taking still
waits for more, it decodes what was said so far. If nothing follows, the answer is ready when the turn ends;
if the caller goes on, it was a partial hypothesis, which is what emergencies are looked for in and what the
end of the turn is judged by. Over the bot's own speech the first words are decoded without waiting for a
pause: they say whether the bot is to stop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz

from bot.call.errors import EngineError, RecognitionError
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame, Expect, Hints, Utterance
from bot.speech.inference import InferenceQueue, Priority
from bot.speech.loudness import Loudness
from bot.speech.resample import Samples, to_float
from bot.speech.vad_silero import has_speech
from bot.speech.whisper_decoder import MAX_SAMPLES, Decoded
from bot.speech.whisper_guards import is_echo, is_invention, is_loop
from bot.speech.whisper_prompt import prompt_for, stage_for

# What follows the last voice and is still given to the model: cutting closer loses final consonants.
TAIL_SAMPLES = SAMPLE_RATE_HZ * 200 // 1000
# Longer than the silence inside a consonant (100 ms); each pause that is taken for an end costs a decoding.
PAUSE_SAMPLES = SAMPLE_RATE_HZ * 200 // 1000
# Answers to a closed question are short: decoding them costs little, and the turn may end after 300 ms.
SHORT_PAUSE_SAMPLES = SAMPLE_RATE_HZ * 140 // 1000
# Over the bot's speech: with so much heard (400 ms of it before the onset) words are looked for, then again
# each time so much more was heard, for as long as the bot may not have stopped.
URGENT_SAMPLES = SAMPLE_RATE_HZ * 850 // 1000
URGENT_EVERY_SAMPLES = SAMPLE_RATE_HZ * 500 // 1000
URGENT_UNTIL_SAMPLES = SAMPLE_RATE_HZ * 2500 // 1000
# The model may stop after a whole sentence and leave out a short one behind a pause: when so much more was
# said and the words are nearly the same, what came after is decoded by itself.
REST_SAMPLES = SAMPLE_RATE_HZ * 450 // 1000
SAME_WORDS = 90.0


@dataclass(slots=True)
class _Guess:
    """A decoding of the first `end_sample` samples, started before the turn was over."""

    end_sample: int
    task: asyncio.Task[Decoded | None]
    is_told: bool = False

    def holds_all(self, loudness: Loudness) -> bool:
        """Whether no voice came after it; where the last voice ended is seen a little differently later."""
        return loudness.voice_end_sample() <= self.end_sample


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was understood of the first `end_sample` samples."""

    end_sample: int
    text: str


class Decoder(Protocol):
    """What turns samples into words; see `WhisperDecoder`."""

    def decode(self, samples: Samples, prompt: str = "") -> Decoded: ...


class WhisperRecognizer:
    """See `Recognizer`."""

    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(self, name: str, decoder: Decoder, queue: InferenceQueue) -> None:
        self.name = name
        self._decoder = decoder
        self._queue = queue

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        heard = bytearray()
        loudness = Loudness()
        start_sample: int | None = None
        guess: _Guess | None = None
        earlier: list[_Earlier] = []
        try:
            async for frame in frames:
                start_sample = frame.start_sample if start_sample is None else start_sample
                heard += frame.pcm
                loudness.push(frame.pcm, frame.is_voice)
                if guess is not None and guess.task.done() and not guess.is_told:
                    guess.is_told = True
                    if not _has_failed(guess.task):
                        decoded = guess.task.result()
                        earlier += [_Earlier(guess.end_sample, decoded.text)] if decoded else []
                        yield _utterance(decoded, start_sample, guess.end_sample, is_final=False)
                guess = self._guess(guess, heard, loudness, hints, earlier)
            end_sample = min(loudness.voice_end_sample() + TAIL_SAMPLES, len(heard) // 2)
            if guess is not None and guess.holds_all(loudness) and not _has_failed(guess.task):
                decoded = await guess.task
            else:
                if guess is not None:
                    guess.task.cancel()
                decoded = await self._decode(bytes(heard[: 2 * end_sample]), loudness, hints, earlier)
            yield _utterance(decoded, start_sample or 0, end_sample, is_final=True)
        finally:
            if guess is not None:
                guess.task.cancel()
                await asyncio.gather(guess.task, return_exceptions=True)

    def _guess(
        self,
        guess: _Guess | None,
        heard: bytearray,
        loudness: Loudness,
        hints: Hints,
        earlier: Sequence[_Earlier],
    ) -> _Guess | None:
        """Start decoding what was said so far, if it is time and no finished turn waits for the machine."""
        if not loudness.may_be_speech() or self._queue.n_waiting:
            return guess
        if guess is not None and (guess.holds_all(loudness) or not guess.task.done()):
            return guess
        is_short = hints.is_urgent or hints.expect is Expect.YES_NO
        if loudness.quiet_samples() >= (SHORT_PAUSE_SAMPLES if is_short else PAUSE_SAMPLES):
            end_sample = loudness.voice_end_sample() + TAIL_SAMPLES
        elif hints.is_urgent and _is_urgent(guess, len(heard) // 2):
            end_sample = len(heard) // 2
        else:
            return guess
        pcm = bytes(heard[: 2 * end_sample])
        decoding = self._decode(pcm, loudness, hints, tuple(earlier))
        return _Guess(end_sample, asyncio.create_task(decoding))

    async def _decode(
        self, pcm: bytes, loudness: Loudness, hints: Hints, earlier: Sequence[_Earlier]
    ) -> Decoded | None:
        """Return what was said, None if no words were. Raises RecognitionError.

        earlier: what was understood of its beginning.
        """
        if not loudness.may_be_speech():
            return None
        try:
            decoded = await self._queue.run(Priority.RECOGNITION, self._understand, pcm, hints)
            rest = b"" if decoded is None or hints.is_urgent else _left_out(pcm, decoded, earlier)
            if decoded is None or not rest:
                return decoded
            more = await self._queue.run(Priority.RECOGNITION, self._understand, rest, hints)
            return decoded if more is None else decoded.followed_by(more)
        except RecognitionError:
            raise
        except EngineError as error:
            raise RecognitionError(str(error), retryable=error.retryable) from error

    def _understand(self, pcm: bytes, hints: Hints) -> Decoded | None:
        # Told to expect a yes, the model hears one in a busy tone.
        if not has_speech(pcm):
            return None
        samples = to_float(pcm)[:MAX_SAMPLES]
        duration_s = len(samples) / SAMPLE_RATE_HZ
        decoded = self._decoder.decode(samples, prompt_for(hints))
        if is_loop(decoded.text) or is_echo(decoded.text, stage_for(hints), hints.phrases, duration_s):
            decoded = self._decoder.decode(samples)
        return None if is_invention(decoded) else decoded


def _left_out(pcm: bytes, decoded: Decoded, earlier: Sequence[_Earlier]) -> bytes:
    """The samples whose words are missing: those after an earlier decoding that had the same words."""
    n_samples = len(pcm) // 2
    for known in earlier:
        same = fuzz.ratio(known.text.casefold(), decoded.text.casefold()) >= SAME_WORDS
        if same and n_samples - known.end_sample >= REST_SAMPLES:
            return pcm[2 * known.end_sample :]
    return b""


def _is_urgent(guess: _Guess | None, n_samples: int) -> bool:
    """Whether first words are due, though the caller goes on."""
    due = URGENT_SAMPLES if guess is None else guess.end_sample + URGENT_EVERY_SAMPLES
    return due <= n_samples <= URGENT_UNTIL_SAMPLES


def _has_failed(task: asyncio.Task[Decoded | None]) -> bool:
    """Whether an early decoding ended in an error; it is then done again when the turn is over."""
    return task.done() and (task.cancelled() or task.exception() is not None)


def _utterance(decoded: Decoded | None, start_sample: int, n_samples: int, *, is_final: bool) -> Utterance:
    text, confidence = ("", 0.0) if decoded is None else (decoded.text, decoded.confidence)
    return Utterance(text, confidence, start_sample, start_sample + n_samples, is_final)
