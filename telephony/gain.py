"""How loud the line plays, changed evenly so that it never clicks; pure."""

from __future__ import annotations

from array import array

from wire.media import MAX_GAIN_PERCENT, SAMPLE_RATE_HZ

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
# Gains are whole numbers, so that frames are scaled without floating point.
_UNIT = 1 << 15
_FULL = MAX_GAIN_PERCENT


class GainRamp:
    """The gain of one call's sound. Its clock is the samples it scales."""

    def __init__(self) -> None:
        self._gain = self._target = _UNIT
        self._n_left = 0

    def set(self, percent: int, ramp_ms: int) -> None:
        """Move to this part of the full amplitude within `ramp_ms`."""
        self._target = min(percent, _FULL) * _UNIT // _FULL
        self._n_left = ramp_ms * _SAMPLES_PER_MS
        if not self._n_left:
            self._gain = self._target

    def reset(self) -> None:
        """Be at full amplitude from the next sample on."""
        self.set(_FULL, 0)

    def apply(self, pcm: bytes) -> bytes:
        """Return the next samples (16-bit), scaled."""
        if self._gain == self._target == _UNIT:
            return pcm
        samples = array("h", pcm)
        n_ramped = min(self._n_left, len(samples))
        start, span, n_left = self._gain, self._target - self._gain, self._n_left
        for i in range(n_ramped):
            samples[i] = samples[i] * (start + span * (i + 1) // n_left) // _UNIT
        if n_ramped:
            self._gain = self._target if n_ramped == n_left else start + span * n_ramped // n_left
            self._n_left -= n_ramped
        rest = array("h", (sample * self._gain // _UNIT for sample in samples[n_ramped:]))
        return (samples[:n_ramped] + rest).tobytes()
