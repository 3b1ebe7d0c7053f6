"""Kokoro-82M, speaking French from the ONNX model that tts_voices/kokoro_build.py chose for this machine."""

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
MODEL_NAME = "model.onnx"
FRENCH_VOICE = "ff_siwis"
# Raised when anything changes how the same text sounds: cached phrases are then made again.
REVISION = 1


class KokoroModel:
    """One loaded model, for any number of voices. Thread-safe.

    folder: holds the model and config.json. n_threads: processor threads of one rendering. model: another
    model than the one chosen for this machine.
    """

    def __init__(self, folder: Path, n_threads: int, model: Path | None = None) -> None:
        self._symbols = _load_symbols(folder)
        self._phonemizer = Phonemizer("fr")
        self._session = open_session(model or folder / MODEL_NAME, n_threads)

    def synthesize(self, text: str, style_table: Samples) -> Samples:
        """Say a text: float32 samples at 24 kHz, with a third of a second of silence at both ends.

        style_table: float32 [n, 256], row n the style of a text of n symbols. Raises SynthesisError.
        """
        phonemes = self._phonemizer.phonemes(text)
        # espeak-ng marks elided vowels with hyphens, which Kokoro never saw.
        symbols = [self._symbols[phoneme] for phoneme in phonemes if phoneme in self._symbols]
        if len(symbols) >= len(style_table):
            raise SynthesisError("a clause is too long for the voice", retryable=False)
        feed = {
            "tokens": np.array([[BOUNDARY, *symbols, BOUNDARY]], dtype=np.int64),
            "style": style_table[len(symbols)][None, :],
            "speed": np.ones(1, dtype=np.float32),
        }
        try:
            audio = self._session.run(None, feed)[0]
        except ONNX_ERRORS as error:
            raise SynthesisError(f"Kokoro failed ({type(error).__name__})", retryable=True) from error
        return np.asarray(audio, dtype=np.float32).ravel()


class KokoroVoice:
    """See `Voice`."""

    def __init__(self, model: KokoroModel, style_table: Samples, style_name: str) -> None:
        self.name = f"kokoro-82m/{style_name}"
        self.fingerprint = f"{self.name}/{REVISION}"
        self._model = model
        self._style_table = style_table

    def render(self, clause: str) -> bytes:
        samples = trim_silence(self._model.synthesize(clause, self._style_table), RATE_HZ)
        return to_pcm(resample(samples, RATE_HZ))


def load_style(folder: Path, name: str) -> Samples:
    """Read one voice's style table: float32 [510, 256]. Raises ModelError."""
    table = np.fromfile(folder / "voices" / f"{name}.bin", dtype=np.float32)
    if table.size == 0 or table.size % STYLE_SIZE:
        raise ModelError(f"{name}.bin is no style table: run `make models`")
    return table.reshape(-1, STYLE_SIZE)


def _load_symbols(folder: Path) -> dict[str, int]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return {str(symbol): int(number) for symbol, number in config["vocab"].items()}
