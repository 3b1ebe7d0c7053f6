"""Which tone one side of a call hears."""

from __future__ import annotations

import numpy as np

from tests.calls.sipp.lab import Samples, levels, pitch_hz
from tests.fakes.media_peer import MediaCall
from wire import media

TOLERANCE_HZ, QUIET = 15, 300


async def hears_tone(call: MediaCall, frequency_hz: float) -> None:
    """Wait until 200 ms of a clean tone of this pitch have come. Raises TimeoutError."""
    window = media.SAMPLE_RATE_HZ // 5

    def is_heard() -> bool:
        last = np.frombuffer(bytes(call.heard[-2 * window :]), dtype="<i2")
        return len(last) == window and is_loud(last) and is_tone(last, frequency_hz)

    await call.until(is_heard)


def share_of_loud(call: MediaCall, frequency_hz: float) -> float:
    """The share of the loud stretches of 100 ms, so far, that are a tone of this pitch."""
    samples = np.frombuffer(bytes(call.heard), dtype="<i2")
    window = media.SAMPLE_RATE_HZ // 10
    pieces = [samples[at : at + window] for at in range(0, len(samples) - window, window)]
    loud = [piece for piece in pieces if is_loud(piece)]
    return sum(is_tone(piece, frequency_hz) for piece in loud) / max(len(loud), 1)


def is_loud(samples: Samples) -> bool:
    return bool(levels(samples).min() > QUIET)


def is_tone(samples: Samples, frequency_hz: float) -> bool:
    return abs(pitch_hz(samples) - frequency_hz) < TOLERANCE_HZ
