"""How much one visitor and one address may ask for. Pure: the time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """burst: how many at once. per_s: how many a second in the long run."""

    burst: float
    per_s: float


class Limiter:
    """Token buckets, one per key; the keys used longest ago are forgotten beyond `max_keys`."""

    def __init__(self, rate: Rate, max_keys: int = 20_000) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str, now_s: float) -> bool:
        """Take one from the key's bucket. False: there was none left."""
        level, at_s = self._buckets.pop(key, (self._rate.burst, now_s))
        level = min(self._rate.burst, level + (now_s - at_s) * self._rate.per_s)
        is_allowed = level >= 1
        self._buckets[key] = (level - 1 if is_allowed else level, now_s)
        if len(self._buckets) > self._max_keys:
            self._buckets.popitem(last=False)
        return is_allowed


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted. Many citizens may share one address: a library, a company, a mobile operator."""

    messages_of_session: Limiter
    messages_of_address: Limiter
    looks_of_session: Limiter
    sessions_of_address: Limiter
    photos_of_session: Limiter
    photos_of_address: Limiter


def usual_limits() -> Limits:
    """The limits of one bot process."""
    return Limits(
        messages_of_session=Limiter(Rate(burst=12, per_s=0.5)),
        messages_of_address=Limiter(Rate(burst=300, per_s=10)),
        # Each stop of the map asks what is near.
        looks_of_session=Limiter(Rate(burst=30, per_s=3)),
        sessions_of_address=Limiter(Rate(burst=60, per_s=1)),
        photos_of_session=Limiter(Rate(burst=6, per_s=1 / 30)),
        photos_of_address=Limiter(Rate(burst=40, per_s=1 / 3)),
    )
