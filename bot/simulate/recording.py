"""Measures a call from its recording: left is what the caller sent into RTP, right is what was heard."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WINDOW_MS = 10
# A-law silence decodes to a few units; the quietest speech that a person hears lies well above.
MIN_LEVEL = 120.0
NOISE_FACTOR = 4.0
# Shorter gaps lie inside a sentence: between clauses, before a stop consonant.
MAX_GAP_MS = 600


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of speech on one side of the line, in ms since the call was answered."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Recording:
    """The stretches of speech of both sides, in order."""

    caller: tuple[Stretch, ...]
    bot: tuple[Stretch, ...]

    def silences_ms(self) -> list[int]:
        """Return, for each stretch of the caller that the bot answers, the silence before the answer.

        A stretch during which the bot was talking, or after which the caller went on first, has none.
        """
        silences = []
        for index, stretch in enumerate(self.caller):
            following = self.caller[index + 1].start_ms if index + 1 < len(self.caller) else None
            answer = next((bot for bot in self.bot if bot.end_ms > stretch.end_ms), None)
            if answer is None or answer.start_ms < stretch.end_ms:
                continue
            if following is None or answer.start_ms < following:
                silences.append(answer.start_ms - stretch.end_ms)
        return silences

    def stops_ms(self) -> list[int]:
        """Return how long the bot went on, for each stretch of the caller that began while it talked."""
        return [
            bot.end_ms - stretch.start_ms
            for stretch in self.caller
            for bot in self.bot
            if bot.start_ms < stretch.start_ms < bot.end_ms
        ]

    def first_audio_ms(self) -> int | None:
        """Return when the bot was first heard."""
        return self.bot[0].start_ms if self.bot else None


def read_recording(path: Path) -> Recording:
    """Read a stereo 16-bit WAV."""
    caller, bot, rate_hz = read_channels(path)
    return Recording(stretches(caller, rate_hz), stretches(bot, rate_hz))


def read_channels(path: Path) -> tuple[NDArray[np.int16], NDArray[np.int16], int]:
    """Return what the caller sent and what it heard, shape (n,) each, and their rate in Hz."""
    with wave.open(str(path), "rb") as file:
        if file.getnchannels() != 2 or file.getsampwidth() != 2:
            raise ValueError(f"{path}: expected stereo 16-bit, got {file.getparams()}")
        rate_hz = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    return samples[:, 0], samples[:, 1], rate_hz


def stretches(samples: NDArray[np.int16], rate_hz: int, max_gap_ms: int = MAX_GAP_MS) -> tuple[Stretch, ...]:
    """Find runs of speech in one channel. samples: shape (n,).

    max_gap_ms: shorter silences belong to a run.
    """
    window = rate_hz * WINDOW_MS // 1000
    n_windows = len(samples) // window
    if n_windows == 0:
        return ()
    blocks = samples[: n_windows * window].reshape(n_windows, window).astype(np.float64)
    levels = np.sqrt(np.mean(blocks**2, axis=1))
    threshold = max(MIN_LEVEL, NOISE_FACTOR * float(np.percentile(levels, 10)))
    loud = np.flatnonzero(levels > threshold)
    found: list[Stretch] = []
    for start_ms in (int(index) * WINDOW_MS for index in loud):
        if found and start_ms - found[-1].end_ms <= max_gap_ms:
            found[-1] = Stretch(found[-1].start_ms, start_ms + WINDOW_MS)
        else:
            found.append(Stretch(start_ms, start_ms + WINDOW_MS))
    return tuple(found)
