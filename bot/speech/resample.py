"""Changes of sample rate, and of sample format, on the way in and out of engines."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from bot.call.types import SAMPLE_RATE_HZ

FULL_SCALE = 32768.0

Samples = NDArray[np.float32]


def to_float(pcm: bytes) -> Samples:
    """Turn little-endian signed 16-bit samples into float32 ones, -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)


def to_pcm(samples: Samples) -> bytes:
    """Turn float32 samples into little-endian signed 16-bit ones; what is louder than 1 is clipped."""
    scaled = np.clip(np.rint(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
    return bytes(scaled.astype("<i2").tobytes())


def resample(samples: Samples, from_hz: int, to_hz: int = SAMPLE_RATE_HZ) -> Samples:
    """Resample a whole recording, shape [n], at soxr's high quality."""
    if from_hz == to_hz:
        return samples
    return np.asarray(soxr.resample(samples, from_hz, to_hz, quality="HQ"), dtype=np.float32)


class StreamResampler:
    """Resamples speech to 16 kHz as it comes; the pieces join without a seam."""

    def __init__(self, from_hz: int, to_hz: int = SAMPLE_RATE_HZ) -> None:
        self._stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")

    def push(self, pcm: bytes, *, is_last: bool = False) -> bytes:
        """Take 16-bit samples; return what can be said of them so far, and with `is_last` the rest."""
        return to_pcm(np.asarray(self._stream.resample_chunk(to_float(pcm), last=is_last), dtype=np.float32))
