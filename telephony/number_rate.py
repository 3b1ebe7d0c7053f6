"""How many calls one number may place in a minute; pure."""

from __future__ import annotations

import re
from collections import deque

WINDOW_S = 60.0
# Extensions and names are somebody's own telephones, not the public network's.
_NUMBER = re.compile(r"\+?[0-9]{4,}")


class NumberRate:
    """limit: calls of one number in WINDOW_S. Withheld numbers are not counted: they are many people's."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._calls: deque[tuple[float, str]] = deque()

    def admits(self, caller: str, now_s: float) -> bool:
        """Whether a call that comes now is taken; refused ones count, too. now_s: never decreasing."""
        while self._calls and now_s - self._calls[0][0] >= WINDOW_S:
            self._calls.popleft()
        if not _NUMBER.fullmatch(caller):
            return True
        n_before = sum(number == caller for _, number in self._calls)
        # Calls come at ten a second at most (call_rate.py), so this stays short.
        self._calls.append((now_s, caller))
        return n_before < self._limit
