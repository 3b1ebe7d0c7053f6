"""How loud an utterance is over time: where its speech ends, and whether there can be any in it.

Cheap on purpose: it looks at levels, and only where the activity detector heard somebody. In a street's noise
levels alone find the end of speech late, and the noise itself loud enough for a voice later on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bot.call.types import SAMPLE_RATE_HZ
from bot.speech.resample import to_float

BLOCK_SAMPLES = SAMPLE_RATE_HZ // 100
SILENCE_DB = -90.0
# Below this an utterance is line noise; the quietest callers are about 15 dB above it.
MIN_PEAK_DB = -52.0
# Speech moves over 20 dB and more; steady noise and hum stay within a few.
MIN_RANGE_DB = 6.0
# A line that falls silent altogether between words must not make its own background noise look like voice.
MAX_RANGE_DB = 40.0
# How far up from the background to the voice a block must be to count as voice.
VOICE_SHARE = 0.3


@dataclass(slots=True)
class Loudness:
    """Follows one utterance, block by block of 10 ms."""

    _pending: bytearray = field(default_factory=bytearray)
    _is_voice: list[bool] = field(default_factory=list)
    _levels_db: list[float] = field(default_factory=list)
    _bounds: tuple[float, float] | None = None

    def push(self, pcm: bytes, is_voice: bool = True) -> None:
        """Take the next 16-bit samples at 16 kHz, of any length.

        is_voice: False where the activity detector heard nobody.
        """
        self._pending += pcm
        n_blocks = len(self._pending) // (2 * BLOCK_SAMPLES)
        if not n_blocks:
            return
        taken = bytes(self._pending[: 2 * BLOCK_SAMPLES * n_blocks])
        del self._pending[: len(taken)]
        power = np.mean(to_float(taken).reshape(n_blocks, BLOCK_SAMPLES) ** 2, axis=1)
        self._bounds = None
        self._is_voice += [is_voice] * n_blocks
        self._levels_db.extend(np.maximum(SILENCE_DB, 10 * np.log10(power + 1e-12)).tolist())

    def may_be_speech(self) -> bool:
        if not self._levels_db:
            return False
        floor_db, peak_db = self._bounds_db()
        return peak_db >= MIN_PEAK_DB and peak_db - floor_db >= MIN_RANGE_DB

    def voice_end_sample(self) -> int:
        """Return where the last voice ends, counted from the utterance's first sample; 0 if there is none."""
        if not self.may_be_speech():
            return 0
        floor_db, peak_db = self._bounds_db()
        levels = np.asarray(self._levels_db)
        is_loud = levels > floor_db + VOICE_SHARE * (peak_db - floor_db)
        voiced = np.flatnonzero(is_loud & np.asarray(self._is_voice))
        return (int(voiced[-1]) + 1) * BLOCK_SAMPLES if len(voiced) else 0

    def quiet_samples(self) -> int:
        """Return for how long there has been no voice at the end."""
        return len(self._levels_db) * BLOCK_SAMPLES - self.voice_end_sample()

    def _bounds_db(self) -> tuple[float, float]:
        if self._bounds is None:
            floor_db, peak_db = np.percentile(self._levels_db, (10, 95))
            self._bounds = max(float(floor_db), float(peak_db) - MAX_RANGE_DB), float(peak_db)
        return self._bounds
