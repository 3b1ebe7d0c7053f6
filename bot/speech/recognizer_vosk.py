"""Vosk as a recogniser of telephone turns: partial hypotheses while the caller speaks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import vosk

from bot.call.errors import EngineError, ModelError, RecognitionError
from bot.call.types import SAMPLE_RATE_HZ, AudioFrame, Hints, Utterance
from bot.speech.inference import InferenceQueue, Priority

# Handing over less at a time costs more in hand-overs than in recognition.
CHUNK_BYTES = 2 * SAMPLE_RATE_HZ * 128 // 1000


@dataclass(slots=True)
class _Decoding:
    """One utterance's decoder; Vosk cuts long speech into several results, which are one turn to us."""

    decoder: Any
    texts: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)

    def accept(self, pcm: bytes) -> str:
        """Take the next samples and return all that is understood so far."""
        if self.decoder.AcceptWaveform(pcm):
            self._add(self.decoder.Result())
            return " ".join(self.texts)
        partial = str(json.loads(self.decoder.PartialResult()).get("partial", ""))
        return " ".join(filter(None, [*self.texts, partial]))

    def finish(self, pcm: bytes) -> tuple[str, float]:
        """Take the last samples and return the text and the mean of the words' confidences."""
        if pcm:
            self.accept(pcm)
        self._add(self.decoder.FinalResult())
        confidence = sum(self.confidences) / len(self.confidences) if self.confidences else 0.0
        return " ".join(self.texts), confidence

    def _add(self, result_json: str) -> None:
        result = json.loads(result_json)
        if result.get("text"):
            self.texts.append(str(result["text"]))
            self.confidences.extend(float(word["conf"]) for word in result.get("result", ()))


class VoskRecognizer:
    """See `Recognizer`. The small models' vocabulary is fixed: hints cannot widen it and are not used."""

    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(self, name: str, folder: Path, queue: InferenceQueue) -> None:
        self.name = name
        self._queue = queue
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(f"{name} cannot be loaded: run `make models`") from error

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        decoding = await self._run(self._new_decoding)
        start_sample: int | None = None
        n_samples = 0
        pending = bytearray()
        told = ""
        async for frame in frames:
            start_sample = frame.start_sample if start_sample is None else start_sample
            n_samples += frame.n_samples
            pending += frame.pcm
            if len(pending) < CHUNK_BYTES:
                continue
            text = await self._run(decoding.accept, bytes(pending))
            pending.clear()
            if text and text != told:
                told = text
                yield Utterance(text, 0.0, start_sample, start_sample + n_samples, is_final=False)
        text, confidence = await self._run(decoding.finish, bytes(pending))
        yield Utterance(text, confidence, start_sample or 0, (start_sample or 0) + n_samples)

    def _new_decoding(self) -> _Decoding:
        decoder = vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE_HZ))
        decoder.SetWords(True)
        return _Decoding(decoder)

    async def _run(self, function: Any, *args: Any) -> Any:
        try:
            return await self._queue.run(Priority.RECOGNITION, function, *args)
        except EngineError as error:
            raise RecognitionError(str(error), retryable=error.retryable) from error
