"""What a telephone line leaves of speech: 8 kHz and A-law's eight bits."""

from __future__ import annotations

import numpy as np

from bot.speech.resample import Samples, resample

LINE_HZ = 8_000
COMPRESSION = 87.6
STEPS = 127


def through_the_telephone(samples: Samples) -> Samples:
    """Return 16 kHz samples as the other end of a line hears them (ITU-T G.711, the continuous A-law)."""
    narrow = np.clip(resample(samples, 16_000, LINE_HZ), -1, 1)
    size = 1 + np.log(COMPRESSION)
    level = COMPRESSION * np.abs(narrow)
    compressed = np.where(level < 1, level, 1 + np.log(np.maximum(level, 1))) / size
    code = np.rint(compressed * STEPS) / STEPS * size
    expanded = np.where(code < 1, code, np.exp(code - 1)) / COMPRESSION
    return resample((np.sign(narrow) * expanded).astype(np.float32), LINE_HZ)
