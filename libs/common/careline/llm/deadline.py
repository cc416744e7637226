"""A moment by which an answer is worth something."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """`at` is in the seconds of a monotonic clock, the one that the client has."""

    at: float

    @classmethod
    def within(cls, seconds: float, now: float | None = None) -> Deadline:
        """`seconds` from now."""
        return cls((time.monotonic() if now is None else now) + seconds)

    def left(self, now: float) -> float:
        """Seconds, negative when it has passed."""
        return self.at - now

    def sooner(self, other: Deadline) -> Deadline:
        """The earlier of the two."""
        return min(self, other, key=lambda deadline: deadline.at)
