"""What a caller hears when the bot is not there: a recorded sentence, else the tones of a failed call."""

from __future__ import annotations

import math
from array import array
from pathlib import Path

from telephony.recorded import load_recorded
from wire.media import SAMPLE_RATE_HZ

# ITU-T E.180: the special information tone, three rising tones of 330 ms, then silence.
_TONES_HZ = (950, 1400, 1800)
_TONE_MS = 330
_AMPLITUDE = 6000


def load_apology(path: Path) -> bytes:
    """Read a recording as s16le at 16 kHz; special information tones if it cannot be."""
    return load_recorded(path) or information_tones()


def information_tones() -> bytes:
    """Special information tones, twice, as s16le at 16 kHz."""
    n_samples = SAMPLE_RATE_HZ * _TONE_MS // 1000
    once = array("h")
    for tone_hz in _TONES_HZ:
        step = 2 * math.pi * tone_hz / SAMPLE_RATE_HZ
        once.extend(round(_AMPLITUDE * math.sin(step * i)) for i in range(n_samples))
    once.extend([0] * (SAMPLE_RATE_HZ // 2))
    return once.tobytes() * 2
