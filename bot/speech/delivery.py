"""Rendered clauses made slower or louder for one caller."""

from __future__ import annotations

import numpy as np

from bot.call.types import USUAL_DELIVERY, Delivery
from bot.speech.resample import Samples, to_float, to_pcm
from bot.speech.tempo import change_tempo

# Above this level peaks are rounded off instead of cut: up to there nothing is changed.
KNEE = 0.7


def deliver(pcm: bytes, delivery: Delivery) -> bytes:
    """Return 16-bit samples at 16 kHz as this caller wants to hear them."""
    if delivery == USUAL_DELIVERY:
        return pcm
    samples = change_tempo(to_float(pcm), delivery.rate)
    return to_pcm(amplify(samples, delivery.gain_db))


def amplify(samples: Samples, gain_db: float) -> Samples:
    """Return the samples louder by so much; what would pass full scale is rounded off below it."""
    if not gain_db:
        return samples
    louder = samples * np.float32(10 ** (gain_db / 20))
    over = np.abs(louder) > KNEE
    rounded = KNEE + (1 - KNEE) * np.tanh((np.abs(louder) - KNEE) / (1 - KNEE))
    return np.where(over, np.sign(louder) * rounded, louder).astype(np.float32)
