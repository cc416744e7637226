"""Who may run now: one message per key, in order; many keys at once, up to a limit. No clock, no tasks."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Lanes(Generic[K, T]):
    """A queue per key. A lane is ready, running, or resting (its head waits for a retry and frees its slot)."""

    __slots__ = ("_lanes", "_limit", "_ready", "_running")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lanes: dict[K, deque[T]] = {}
        self._ready: deque[K] = deque()
        self._running = 0

    @property
    def running(self) -> int:
        """Messages being handled now."""
        return self._running

    def add(self, key: K, message: T) -> None:
        """Queue a message behind the others of its key."""
        lane = self._lanes.get(key)
        if lane is None:
            self._lanes[key] = deque((message,))
            self._ready.append(key)
        else:
            lane.append(message)

    def take(self) -> T | None:
        """The next message to run, or None: nothing is ready or the limit is reached. It stays its lane's head."""
        if not self._ready or self._running >= self._limit:
            return None
        self._running += 1
        return self._lanes[self._ready.popleft()][0]

    def finish(self, key: K) -> None:
        """The running head of `key` is finished; the next of its lane is ready."""
        self._running -= 1
        lane = self._lanes[key]
        lane.popleft()
        if lane:
            self._ready.append(key)
        else:
            del self._lanes[key]

    def rest(self, key: K) -> None:
        """The running head of `key` will be tried again: its lane waits, its slot is free."""
        self._running -= 1

    def wake(self, key: K) -> None:
        """The rest of `key` is over: its head is ready again."""
        self._ready.append(key)

    def close(self) -> None:
        """Start nothing any more; what runs may finish."""
        self._ready.clear()
        self._limit = 0
