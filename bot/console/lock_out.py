"""How long to wait after failed sign-ins. Pure: the time is an argument.

Three things are counted: an account's name, whether there is such an account or not; an address; and a
browser that has signed in to the account before, instead of both others. So a stranger who guesses makes
strangers wait, and never the agent at the usual desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """free: failures without waiting. Then the wait begins with `first` and doubles, up to `longest`.

    memory: after how long without a failure all are forgotten.
    """

    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def counted(self, failures: int, last_at: datetime, now: datetime) -> int:
        """How many failures still count."""
        return 0 if now - last_at >= self.memory else failures

    def wait(self, failures: int, last_at: datetime, now: datetime) -> timedelta:
        """How long it is until the next try, zero when it may come now."""
        over = self.counted(failures, last_at, now) - self.free
        if over < 0:
            return timedelta()
        delay = min(self.longest, self.first * (1 << min(over, 20)))
        return max(timedelta(), last_at + delay - now)


ACCOUNT = Allowance(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
DEVICE = Allowance(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
# A town hall may share one address.
ADDRESS = Allowance(30, timedelta(seconds=10), timedelta(minutes=15), timedelta(hours=1))
LONGEST_MEMORY = max(each.memory for each in (ACCOUNT, DEVICE, ADDRESS))
