"""Sentences that the bot has rendered beforehand, for when it cannot speak itself."""

from __future__ import annotations

import logging
import wave
from array import array
from pathlib import Path

from wire.media import SAMPLE_RATE_HZ

log = logging.getLogger(__name__)

MAX_RECORDED_S = 30


def load_recorded(path: Path) -> bytes:
    """Read mono 16-bit WAV at 8 or 16 kHz as s16le at 16 kHz; nothing if it cannot be."""
    try:
        with wave.open(str(path), "rb") as recording:
            rate_hz = recording.getframerate()
            if recording.getnchannels() != 1 or recording.getsampwidth() != 2:
                raise wave.Error("not mono 16-bit")
            if rate_hz not in (SAMPLE_RATE_HZ, SAMPLE_RATE_HZ // 2):
                raise wave.Error("neither 8 nor 16 kHz")
            pcm = recording.readframes(MAX_RECORDED_S * rate_hz)
    except (OSError, EOFError, wave.Error) as error:
        log.warning("recording_unreadable file=%s error=%s", path.name, type(error).__name__)
        return b""
    return pcm if rate_hz == SAMPLE_RATE_HZ else _doubled(pcm)


def _doubled(pcm: bytes) -> bytes:
    """8 kHz to 16 kHz by linear interpolation: enough for speech that was 8 kHz anyway."""
    samples = array("h", pcm)
    doubled = array("h", bytes(4 * len(samples)))
    doubled[0::2] = samples
    following = samples[1:] + samples[-1:]
    doubled[1::2] = array("h", ((a + b) // 2 for a, b in zip(samples, following, strict=True)))
    return doubled.tobytes()
