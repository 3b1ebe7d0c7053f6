"""How long the outbox waits between attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """poll_s: between two looks for work. first_s: before the second attempt, doubled for each further one up
    to longest_s. settle_s: least time left to the city's system after an unclear answer.
    """

    poll_s: float
    first_s: float
    longest_s: float
    settle_s: float

    def wait(self, attempts: int, chance: float, *, unclear: bool) -> timedelta:
        """Return the wait after the `attempts`-th attempt.

        chance: 0 to 1, drawn anew each time: it spreads the attempts of many reports over half of the wait,
        so that they do not all fall on a system that has just come back.
        """
        # Beyond 2^30 the longest wait has long been reached.
        doubled = min(self.first_s * 2.0 ** min(attempts - 1, 30), self.longest_s)
        wait_s = doubled * (0.75 + 0.5 * chance)
        return timedelta(seconds=max(wait_s, self.settle_s) if unclear else wait_s)
