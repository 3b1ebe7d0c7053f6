"""Durations and confidences sorted into buckets that can be added up over days. Pure.

Buckets of durations grow by 9 %, eight to a doubling: a percentile found from them is at most 5 % off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

PER_DOUBLING = 8
LEAST_MS = 10
MOST_MS = 600_000


def bucket_of(duration_ms: float) -> int:
    """Number of the bucket that a duration falls into; 0 holds all that is LEAST_MS or less."""
    within_ms = min(max(duration_ms, LEAST_MS), MOST_MS)
    return math.ceil(PER_DOUBLING * math.log2(within_ms / LEAST_MS) - 1e-9)


def percentile_ms(counts: Mapping[int, int], share: float) -> float | None:
    """The duration that `share` (0 to 1) of those counted did not exceed; None when there are none.

    counts: how many by bucket.
    """
    total = sum(counts.values())
    if not total:
        return None
    wanted, seen = share * total, 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= wanted:
            break
    return _middle_ms(bucket)


def tenth_of(confidence: float) -> int:
    """0 to 9: how many full tenths a confidence has; 9 holds 1, too."""
    return min(9, max(0, int(confidence * 10)))


def _middle_ms(bucket: int) -> float:
    """The duration in a bucket that is off least, in proportion."""
    if bucket == 0:
        return float(LEAST_MS)
    return LEAST_MS * math.exp2((bucket - 0.5) / PER_DOUBLING)
