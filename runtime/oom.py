"""Who is to be ended first when a machine runs out of memory (oom_score_adj, proc(5)).

The kernel would end the largest process, as it likes; some are missed less than others. The standard library
only, since Rasa's environment runs it, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

_SCORE = Path("/proc/self/oom_score_adj")
MAX_SCORE = 1000


def offer(points: int) -> int:
    """Have this process ended sooner, as if it held so many thousandths of all memory more.

    Returns by how many that really is: fewer at MAX_SCORE, none where it cannot be changed.
    """
    # Not every kernel has it, and some containers do not let it be changed: then it stays as it is.
    with contextlib.suppress(OSError):
        before = int(_SCORE.read_text())
        after = min(MAX_SCORE, before + points)
        _SCORE.write_text(str(after))
        return after - before
    return 0


@contextlib.contextmanager
def offered(points: int) -> Iterator[None]:
    """Until the end of the block; see `offer`."""
    given = offer(points)
    try:
        yield
    finally:
        offer(-given)
