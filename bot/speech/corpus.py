"""Recordings with their transcripts, and how far from a transcript what was recognised is."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.call.types import SAMPLE_RATE_HZ, AudioFrame
from bot.speech.resample import resample, to_float, to_pcm
from bot.speech.text_for_voice import text_for_voice
from bot.speech.whisper_guards import plain_words


@dataclass(frozen=True, slots=True)
class Recording:
    """pcm: 16-bit at 16 kHz. text: what is said in it."""

    name: str
    text: str
    pcm: bytes

    @property
    def duration_s(self) -> float:
        return len(self.pcm) / 2 / SAMPLE_RATE_HZ


def load_recordings(folder: Path) -> list[Recording]:
    """Read the WAV files that `transcripts.yml` names (mono, 16-bit, any rate), sorted by name."""
    transcripts: dict[str, str] = yaml.safe_load((folder / "transcripts.yml").read_text(encoding="utf-8"))
    return [
        Recording(name, text, read_wav(folder / f"{name}.wav")) for name, text in sorted(transcripts.items())
    ]


def frames(pcm: bytes, silence_s: float = 0.3, frame_samples: int = 512) -> list[AudioFrame]:
    """Cut samples into frames as a call would hear them, with silence before and after."""
    silence = bytes(2 * round(silence_s * SAMPLE_RATE_HZ))
    padded = silence + pcm + silence
    size = 2 * frame_samples
    return [AudioFrame(padded[i : i + size], start_sample=i // 2) for i in range(0, len(padded), size)]


def word_error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    """Return wrong, missing and invented words per word said, over (said, recognised) pairs.

    Case, accents and punctuation do not count; a number is the same in digits and in words.
    """
    counts = [word_errors(said, recognised) for said, recognised in pairs]
    n_words = sum(words for _, words in counts)
    return sum(errors for errors, _ in counts) / n_words if n_words else 0.0


def word_errors(said: str, recognised: str) -> tuple[int, int]:
    """Return how many words are wrong, missing or invented, and how many were said."""
    reference = _words(said)
    return _distance(reference, _words(recognised)), len(reference)


def _words(text: str) -> list[str]:
    return plain_words(text_for_voice(text)).split()


def _distance(reference: list[str], hypothesis: list[str]) -> int:
    """Levenshtein's, in words."""
    row = list(range(len(hypothesis) + 1))
    for i, said in enumerate(reference, 1):
        previous, row[0] = row[0], i
        for j, word in enumerate(hypothesis, 1):
            previous, row[j] = row[j], min(previous + (said != word), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def read_wav(path: Path) -> bytes:
    """Return a mono 16-bit file's samples at 16 kHz. Raises OSError, EOFError, wave.Error, ValueError."""
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            raise ValueError(f"{path.name}: expected mono 16-bit")
        samples = to_float(file.readframes(file.getnframes()))
        return to_pcm(np.asarray(resample(samples, file.getframerate()), dtype=np.float32))
