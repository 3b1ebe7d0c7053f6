"""Both sides of one call on one line of time, as a recording holds them; pure.

The caller's side is counted in samples received, the bot's in ms since the answer, as the times of turns are.
What was queued and then dropped was never heard, so it is not on the tape.
"""

from __future__ import annotations

import numpy as np

from bot.call.types import SAMPLE_RATE_HZ

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
_SAMPLE_BYTES = 2
_FULL_PERCENT = 100


class Tape:
    """16 kHz samples of both sides; times are ms since the answer and never go back."""

    def __init__(self) -> None:
        self._caller = bytearray()
        self._heard_bot = bytearray()
        self._queued_bot = bytearray()
        self._n_settled = 0
        self._percent = _FULL_PERCENT

    def caller_said(self, pcm: bytes) -> None:
        """Take the caller's next samples."""
        self._caller += pcm

    def bot_queued(self, pcm: bytes, now_ms: int) -> None:
        """Take samples that are played after all that were queued before, and not before now."""
        self._settle(now_ms)
        self._queued_bot += pcm

    def bot_cleared(self, now_ms: int) -> None:
        """What was queued and has not been played yet never will be."""
        self._settle(now_ms)
        self._queued_bot.clear()
        self._percent = _FULL_PERCENT

    def bot_turned_to(self, percent: int, now_ms: int) -> None:
        """What is played from now on is this loud."""
        self._settle(now_ms)
        self._percent = percent

    def take(self, now_ms: int) -> bytes:
        """Return what is certain by now and was not returned yet: caller left, bot right."""
        self._settle(now_ms)
        n_bytes = min(len(self._caller), len(self._heard_bot))
        return self._cut(n_bytes - n_bytes % _SAMPLE_BYTES)

    def finish(self, now_ms: int) -> bytes:
        """Return the rest: the call is over, and what is still queued is not heard any more."""
        self._settle(now_ms)
        n_bytes = max(len(self._caller), len(self._heard_bot))
        self._caller += bytes(n_bytes - len(self._caller))
        self._heard_bot += bytes(n_bytes - len(self._heard_bot))
        return self._cut(n_bytes)

    def _settle(self, now_ms: int) -> None:
        """Until now, what was queued has been played, and silence where nothing was."""
        n_bytes = max(0, now_ms * _SAMPLES_PER_MS - self._n_settled) * _SAMPLE_BYTES
        played = bytes(self._queued_bot[:n_bytes])
        del self._queued_bot[:n_bytes]
        if self._percent != _FULL_PERCENT:
            samples = np.frombuffer(played, dtype="<i2").astype(np.int32)
            played = (samples * self._percent // _FULL_PERCENT).astype("<i2").tobytes()
        self._heard_bot += played.ljust(n_bytes, b"\0")
        self._n_settled += n_bytes // _SAMPLE_BYTES

    def _cut(self, n_bytes: int) -> bytes:
        sides = [
            np.frombuffer(bytes(side[:n_bytes]), dtype="<i2") for side in (self._caller, self._heard_bot)
        ]
        del self._caller[:n_bytes]
        del self._heard_bot[:n_bytes]
        return np.column_stack(sides).tobytes()
