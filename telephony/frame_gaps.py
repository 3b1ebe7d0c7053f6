"""How evenly frames came: a histogram of the gaps between them, of constant size; pure."""

from __future__ import annotations

BUCKET_US = 250
_BUCKETS = 400  # up to 100 ms; longer gaps share the last bucket


class FrameGaps:
    """Gaps between successive calls of `tick`."""

    def __init__(self) -> None:
        self._counts = [0] * (_BUCKETS + 1)
        self._last_ns: int | None = None
        self._worst_ns = 0

    def tick(self, now_ns: int) -> None:
        if self._last_ns is not None:
            gap_ns = now_ns - self._last_ns
            self._counts[min(gap_ns // (BUCKET_US * 1000), _BUCKETS)] += 1
            self._worst_ns = max(self._worst_ns, gap_ns)
        self._last_ns = now_ns

    def quantile_ms(self, share: float) -> float:
        """The gap that `share` (0 to 1) of all gaps do not exceed, to a quarter of a millisecond."""
        wanted = share * sum(self._counts)
        seen = 0
        for bucket, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min((bucket + 1) * BUCKET_US / 1000, self.worst_ms)
        return 0.0

    @property
    def worst_ms(self) -> float:
        return self._worst_ns / 1e6
