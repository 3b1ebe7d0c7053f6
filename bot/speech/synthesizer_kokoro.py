"""Kokoro-82M, speaking French from a float32 ONNX model (made by tts_voices/kokoro_float32.py)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from bot.call.errors import ModelError, SynthesisError
from bot.speech.onnx_session import ONNX_ERRORS, open_session
from bot.speech.phonemes import Phonemizer
from bot.speech.resample import Samples, resample, to_pcm
from bot.speech.voice import trim_silence

RATE_HZ = 24_000
STYLE_SIZE = 256
BOUNDARY = 0
MODEL_NAME = "model_float32.onnx"
FRENCH_VOICE = "ff_siwis"
# Raised when anything changes how the same text sounds: cached phrases are then made again.
REVISION = 1


class KokoroVoice:
    """One Kokoro voice. Thread-safe.

    folder: holds the model, config.json and voices/. style_table: float32 [n, 256], row n the style of a
    text of n symbols. n_threads: processor threads of one rendering.
    """

    def __init__(self, folder: Path, style_table: Samples, style_name: str, n_threads: int) -> None:
        self.name = f"kokoro-82m/{style_name}"
        self.fingerprint = f"{self.name}/{REVISION}"
        self._style_table = style_table
        self._symbols = _load_symbols(folder)
        self._phonemizer = Phonemizer("fr")
        self._session = open_session(folder / MODEL_NAME, n_threads)

    def render(self, clause: str) -> bytes:
        return to_pcm(resample(self.render_float(clause), RATE_HZ))

    def render_float(self, clause: str) -> Samples:
        """Say one clause: float32 samples at 24 kHz, trimmed. Raises SynthesisError."""
        phonemes = self._phonemizer.phonemes(clause)
        # espeak-ng marks elided vowels with hyphens, which Kokoro never saw.
        symbols = [self._symbols[phoneme] for phoneme in phonemes if phoneme in self._symbols]
        if len(symbols) >= len(self._style_table):
            raise SynthesisError("a clause is too long for the voice", retryable=False)
        feed = {
            "tokens": np.array([[BOUNDARY, *symbols, BOUNDARY]], dtype=np.int64),
            "style": self._style_table[len(symbols)][None, :],
            "speed": np.ones(1, dtype=np.float32),
        }
        try:
            audio = self._session.run(None, feed)[0]
        except ONNX_ERRORS as error:
            raise SynthesisError(f"Kokoro failed ({type(error).__name__})", retryable=True) from error
        return trim_silence(np.asarray(audio, dtype=np.float32).ravel(), RATE_HZ)


def load_style(folder: Path, name: str) -> Samples:
    """Read one voice's style table: float32 [510, 256]. Raises ModelError."""
    table = np.fromfile(folder / "voices" / f"{name}.bin", dtype=np.float32)
    if table.size == 0 or table.size % STYLE_SIZE:
        raise ModelError(f"{name}.bin is no style table: run `make models`")
    return table.reshape(-1, STYLE_SIZE)


def _load_symbols(folder: Path) -> dict[str, int]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return {str(symbol): int(number) for symbol, number in config["vocab"].items()}
