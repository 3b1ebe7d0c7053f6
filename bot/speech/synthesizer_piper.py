"""Piper: a voice per file, about ten times faster than real time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from piper import PiperConfig
from piper import PiperVoice as Engine

from bot.call.errors import SynthesisError
from bot.speech.onnx_session import ONNX_ERRORS, open_session
from bot.speech.phonemes import espeak_sentences
from bot.speech.resample import resample, to_pcm
from bot.speech.voice import trim_silence

# Raised when anything changes how the same text sounds: cached phrases are then made again.
REVISION = 1


class PiperVoice:
    """See `Voice`. Thread-safe.

    model: the voice's .onnx file, its .onnx.json beside it. n_threads: processor threads of one rendering.
    """

    def __init__(self, model: Path, n_threads: int) -> None:
        self.name = f"piper/{model.stem}"
        self.fingerprint = f"{self.name}/{REVISION}"
        config = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
        self._engine = Engine(open_session(model, n_threads), PiperConfig.from_dict(config))

    def render(self, clause: str) -> bytes:
        config = self._engine.config
        sentences = espeak_sentences(config.espeak_voice, clause, config.vowel_clusters)
        pieces = []
        for phonemes in filter(None, sentences):
            try:
                audio = self._engine.phoneme_ids_to_audio(self._engine.phonemes_to_ids(phonemes))
            except ONNX_ERRORS as error:
                raise SynthesisError(f"Piper failed ({type(error).__name__})", retryable=True) from error
            pieces.append(np.asarray(audio, dtype=np.float32).ravel())
        rate_hz = int(self._engine.config.sample_rate)
        samples = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)
        return to_pcm(resample(trim_silence(samples, rate_hz), rate_hz))
