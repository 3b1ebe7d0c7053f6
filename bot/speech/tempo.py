"""Slower or faster speech from samples that exist: known sentences need not be rendered again.

Waveform similarity overlap-add (Verhelst and Roelands, ICASSP 1993): windows of 30 ms are laid closer
together or further apart, each taken where it continues the one before it best. Pitch and voice stay.
"""

from __future__ import annotations

import numpy as np

from bot.call.types import SAMPLE_RATE_HZ
from bot.speech.resample import Samples

WINDOW = SAMPLE_RATE_HZ * 30 // 1000
HOP = WINDOW // 2
# Two periods of the lowest voice are found within this.
SEARCH = SAMPLE_RATE_HZ * 12 // 1000


def change_tempo(samples: Samples, rate: float) -> Samples:
    """Return float32 samples at 16 kHz that last 1 / rate as long. rate: 0.5 to 2; 1 changes nothing."""
    if not 0.5 <= rate <= 2:
        raise ValueError(f"expected a rate of 0.5 to 2, got {rate}")
    if rate == 1 or len(samples) < 2 * WINDOW:
        return samples
    window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)
    padded = np.concatenate([samples, np.zeros(WINDOW + HOP + SEARCH, dtype=np.float32)])
    n_windows = int(len(samples) / rate) // HOP
    out = np.zeros((n_windows + 1) * HOP, dtype=np.float32)
    taken = 0
    for i in range(n_windows):
        if i:
            taken = _best_start(padded, round(i * HOP * rate), taken + HOP)
        out[i * HOP : i * HOP + WINDOW] += window * padded[taken : taken + WINDOW]
    out[:HOP] += (1 - window[:HOP]) * padded[:HOP]
    return out


def _best_start(padded: Samples, ideal: int, natural: int) -> int:
    """Return where near `ideal` the sound is most like what follows naturally, which begins at `natural`."""
    first = max(0, ideal - SEARCH)
    last = min(len(padded) - WINDOW, ideal + SEARCH)
    wanted = padded[natural : natural + HOP]
    heard = padded[first : last + HOP]
    likeness = np.correlate(heard, wanted, mode="valid")
    energy = np.convolve(heard**2, np.ones(HOP, dtype=np.float32), mode="valid")
    return first + int(np.argmax(likeness / np.sqrt(energy + 1e-6)))
