"""What a caller hears when the bot is not there: a recorded sentence, else the tones of a failed call."""

from __future__ import annotations

import logging
import math
import wave
from array import array
from pathlib import Path

from wire.media import SAMPLE_RATE_HZ

log = logging.getLogger(__name__)

MAX_APOLOGY_S = 30
# ITU-T E.180: the special information tone, three rising tones of 330 ms, then silence.
_TONES_HZ = (950, 1400, 1800)
_TONE_MS = 330
_AMPLITUDE = 6000


def load_apology(path: Path) -> bytes:
    """Read mono 16-bit WAV at 8 or 16 kHz as s16le at 16 kHz; special information tones if it cannot be."""
    try:
        with wave.open(str(path), "rb") as recording:
            rate_hz = recording.getframerate()
            if recording.getnchannels() != 1 or recording.getsampwidth() != 2:
                raise wave.Error("not mono 16-bit")
            if rate_hz not in (SAMPLE_RATE_HZ, SAMPLE_RATE_HZ // 2):
                raise wave.Error("neither 8 nor 16 kHz")
            pcm = recording.readframes(MAX_APOLOGY_S * rate_hz)
    except (OSError, EOFError, wave.Error) as error:
        log.warning("apology_unreadable error=%s", type(error).__name__)
        return information_tones()
    if not pcm:
        return information_tones()
    return pcm if rate_hz == SAMPLE_RATE_HZ else _doubled(pcm)


def information_tones() -> bytes:
    """Special information tones, twice, as s16le at 16 kHz."""
    n_samples = SAMPLE_RATE_HZ * _TONE_MS // 1000
    once = array("h")
    for tone_hz in _TONES_HZ:
        step = 2 * math.pi * tone_hz / SAMPLE_RATE_HZ
        once.extend(round(_AMPLITUDE * math.sin(step * i)) for i in range(n_samples))
    once.extend([0] * (SAMPLE_RATE_HZ // 2))
    return once.tobytes() * 2


def _doubled(pcm: bytes) -> bytes:
    """8 kHz to 16 kHz by linear interpolation: enough for speech that was 8 kHz anyway."""
    samples = array("h", pcm)
    doubled = array("h", bytes(4 * len(samples)))
    doubled[0::2] = samples
    following = samples[1:] + samples[-1:]
    doubled[1::2] = array("h", ((a + b) // 2 for a, b in zip(samples, following, strict=True)))
    return doubled.tobytes()
