"""Whether a recording can be played."""

from __future__ import annotations

import wave
from enum import StrEnum
from pathlib import Path

N_SIDES = 2


class AudioState(StrEnum):
    """DAMAGED: there is a file, but it is no recording of two sides."""

    FINE = "fine"
    MISSING = "missing"
    DAMAGED = "damaged"


def audio_state(path: Path | None) -> AudioState:
    """Look at a recording's head. Blocks."""
    if path is None:
        return AudioState.MISSING
    try:
        with wave.open(str(path), "rb") as file:
            is_whole = file.getnchannels() == N_SIDES and file.getnframes() > 0
            n_bytes = file.getnframes() * file.getsampwidth() * file.getnchannels()
    except FileNotFoundError:
        return AudioState.MISSING
    except (wave.Error, EOFError, OSError):
        return AudioState.DAMAGED
    return AudioState.FINE if is_whole and path.stat().st_size >= n_bytes else AudioState.DAMAGED
