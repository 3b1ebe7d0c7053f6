"""How fast calls may come in; pure.

PJSIP as built has 64 sockets for sound, two per call, and keeps each for half a second after its call;
when they run out the process aborts. Fifty hopeless calls in half a second would end four good ones.
"""

from __future__ import annotations

CALLS_PER_S = 10.0
BURST = 10.0


class CallRate:
    """A bucket of BURST calls that refills at CALLS_PER_S."""

    def __init__(self) -> None:
        self._allowance = BURST
        self._last_s: float | None = None

    def admits(self, now_s: float) -> bool:
        """Whether a call that comes now may be looked at. now_s: never decreasing, any origin."""
        if self._last_s is not None:
            self._allowance = min(BURST, self._allowance + (now_s - self._last_s) * CALLS_PER_S)
        self._last_s = now_s
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True
