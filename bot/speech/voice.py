"""What a voice is to the synthesizer: text in, samples out, one clause at a time."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from bot.speech.resample import Samples

SILENCE_LEVEL = 0.003  # -50 dB of full scale
MARGIN_S = 0.02


class Voice(Protocol):
    """One engine with one voice.

    name: what health checks and the console show. fingerprint: changes whenever the same text might
    sound different, so that what is cached can tell.
    """

    name: str
    fingerprint: str

    def render(self, clause: str) -> bytes:
        """Say one clause: 16-bit samples at 16 kHz, without silence around them. Runs in a thread.

        Raises SynthesisError.
        """
        ...


def trim_silence(samples: Samples, rate_hz: int) -> Samples:
    """Cut the silence that engines put around speech, all but 20 ms; all silence becomes nothing."""
    size = rate_hz // 100
    n_blocks = len(samples) // size
    levels = np.sqrt(np.mean(samples[: n_blocks * size].reshape(n_blocks, size) ** 2, axis=1))
    loud = np.flatnonzero(levels > SILENCE_LEVEL)
    if not loud.size:
        return samples[:0]
    margin = round(MARGIN_S * rate_hz)
    return samples[max(0, int(loud[0]) * size - margin) : (int(loud[-1]) + 1) * size + margin]
