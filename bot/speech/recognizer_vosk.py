"""Vosk as a recogniser of telephone turns: partial hypotheses while the caller speaks.

Where the dialogue foresees the answer a second decoder, which knows only its words, runs beside the free one
and may have the last word; hypotheses are the free one's, so that whatever else is said shows in them.
"""

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
from bot.speech.vosk_grammar import Foreseen, Understood, Word, accounts_for_all, grammar

# Handing over less at a time costs more in hand-overs than in recognition.
CHUNK_BYTES = 2 * SAMPLE_RATE_HZ * 128 // 1000


@dataclass(slots=True)
class _Decoder:
    """One utterance's decoder; Vosk cuts long speech into several results, which are one turn to us."""

    decoder: Any
    words: list[Word] = field(default_factory=list)

    def accept(self, pcm: bytes) -> str:
        """Take the next samples and return all that is understood so far."""
        if self.decoder.AcceptWaveform(pcm):
            self._add(self.decoder.Result())
            return Understood(self.words).text
        partial = str(json.loads(self.decoder.PartialResult()).get("partial", ""))
        return " ".join(filter(None, [Understood(self.words).text, partial]))

    def finish(self, pcm: bytes) -> Understood:
        """Take the last samples and return all that was understood."""
        if pcm:
            self.accept(pcm)
        self._add(self.decoder.FinalResult())
        return Understood(self.words)

    def _add(self, result_json: str) -> None:
        for word in json.loads(result_json).get("result", ()):
            self.words.append(Word(str(word["word"]), word["conf"], word["start"], word["end"]))


@dataclass(frozen=True, slots=True)
class _Decoding:
    """Both decoders of one utterance; `closed` is None when no answer is foreseen."""

    free: _Decoder
    closed: _Decoder | None
    foreseen: Foreseen

    def accept(self, pcm: bytes) -> str:
        if self.closed is not None:
            self.closed.accept(pcm)
        return self.free.accept(pcm)

    def finish(self, pcm: bytes) -> Understood:
        free = self.free.finish(pcm)
        if self.closed is None:
            return free
        closed = self.closed.finish(pcm)
        return closed if accounts_for_all(closed, free, self.foreseen) else free


class VoskRecognizer:
    """See `Recognizer`.

    foreseen: what the model's language answers closed questions with. Models whose graph cannot be changed
    hear freely only.
    """

    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(
        self,
        name: str,
        folder: Path,
        queue: InferenceQueue,
        foreseen: Foreseen,
    ) -> None:
        self.name = name
        self._queue = queue
        # Only models with a graph in two parts (small ones) can be given a grammar.
        self._foreseen = foreseen if (folder / "graph" / "HCLr.fst").exists() else Foreseen()
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(folder))
        except Exception as error:  # vosk raises nothing narrower
            raise ModelError(f"{name} cannot be loaded: run `make models`") from error

    async def stream(self, frames: AsyncIterator[AudioFrame], hints: Hints) -> AsyncIterator[Utterance]:
        decoding = await self._run(self._new_decoding, hints)
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
        understood = await self._run(decoding.finish, bytes(pending))
        start_sample = start_sample or 0
        yield Utterance(understood.text, understood.confidence, start_sample, start_sample + n_samples)

    def _new_decoding(self, hints: Hints) -> _Decoding:
        words = grammar(hints, self._foreseen, self._knows)
        closed = self._new_decoder(words) if words else None
        return _Decoding(self._new_decoder(), closed, self._foreseen)

    def _new_decoder(self, *grammars: str) -> _Decoder:
        decoder = vosk.KaldiRecognizer(self._model, float(SAMPLE_RATE_HZ), *grammars)
        decoder.SetWords(True)
        return _Decoder(decoder)

    def _knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    async def _run(self, function: Any, *args: Any) -> Any:
        try:
            return await self._queue.run(Priority.RECOGNITION, function, *args)
        except EngineError as error:
            raise RecognitionError(str(error), retryable=error.retryable) from error
