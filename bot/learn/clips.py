"""Cuts what a caller said in one turn out of a recording."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np

# Whose first and last sounds are cut off is heard badly by any recogniser.
MARGIN_MS = 200
MAX_MS = 60_000


class ClipError(Exception):
    """The recording is damaged, or does not hold this turn."""


def cut(recording: Path, start_ms: int, end_ms: int) -> bytes:
    """Return a mono WAV of the caller's side, which is the left one. Raises ClipError."""
    try:
        with wave.open(str(recording), "rb") as file:
            rate_hz, n_channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            first = max(0, start_ms - MARGIN_MS) * rate_hz // 1000
            last = min(end_ms + MARGIN_MS, start_ms + MAX_MS) * rate_hz // 1000
            if width != 2 or first >= min(last, file.getnframes()):
                raise ClipError("the recording does not hold this turn")
            file.setpos(first)
            frames = file.readframes(min(last, file.getnframes()) - first)
    except (wave.Error, EOFError, OSError) as error:
        raise ClipError(type(error).__name__) from error
    samples = np.frombuffer(frames, dtype="<i2").reshape(-1, n_channels)[:, 0]
    return _wav(samples.tobytes(), rate_hz)


def _wav(pcm: bytes, rate_hz: int) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(pcm)
    return content.getvalue()
