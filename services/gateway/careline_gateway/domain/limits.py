"""Token buckets: a burst at once, then a steady rate. Values; time is passed in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` uses at once, refilled at `per_second`."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much is left at time `at` (seconds on any steady clock)."""

    left: float
    at: float

    def refilled(self, limit: Limit, now: float) -> Bucket:
        """The bucket as it is at `now`, never above its burst."""
        return Bucket(min(limit.burst, self.left + max(0.0, now - self.at) * limit.per_second), now)


def take(bucket: Bucket | None, limit: Limit, now: float) -> tuple[Bucket, float]:
    """Use one; returns the bucket and the seconds to wait (0: it was allowed, and taken)."""
    current = (bucket or Bucket(limit.burst, now)).refilled(limit, now)
    if current.left >= 1:
        return Bucket(current.left - 1, now), 0.0
    return current, (1 - current.left) / limit.per_second
