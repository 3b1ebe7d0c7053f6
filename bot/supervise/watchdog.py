"""Which processes hang: they run, answered once, and have not answered for too long. Pure.

supervisord restarts what dies; what neither dies nor answers would keep callers waiting for ever.
"""

from __future__ import annotations

from dataclasses import dataclass

# Longer than the longest pause of a process at work on a loaded machine; callers are passed on before.
PATIENCE_S = 10.0
# A telephony worker that hangs is heard as silence, and its callers are passed on once it is dead. Two looks
# of half a second each, in a row; one at work took 0.03 s at the longest (docs/reliability.md).
TELEPHONY_PATIENCE_S = 1.25


@dataclass(slots=True)
class _Watched:
    pid: int
    answered_at_s: float | None = None


class Watchdog:
    """patience_s: how long a process that has answered may be silent."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._watched: dict[str, _Watched] = {}

    def hangs(self, process: str, pid: int, answers: bool, now_s: float) -> bool:
        """Note one look at a process; returns whether it is to be killed.

        pid: 0 while it does not run, or is told to stop. One that has never answered is still starting.
        """
        watched = self._watched.get(process)
        if watched is None or watched.pid != pid:
            watched = self._watched[process] = _Watched(pid)
        if not pid:
            return False
        if answers:
            watched.answered_at_s = now_s
            return False
        if watched.answered_at_s is None or now_s - watched.answered_at_s < self._patience_s:
            return False
        # Its successor starts anew.
        del self._watched[process]
        return True
