"""How far one partition may be committed: up to the first unfinished record."""

from __future__ import annotations

from collections import deque


class Offsets:
    """Records of one partition that were taken and are not yet committed. No clock, no broker."""

    __slots__ = ("_committed", "_finished", "_next", "_order")

    def __init__(self) -> None:
        self._order: deque[int] = deque()  # offsets taken, ascending; leading ones are unfinished
        self._finished: set[int] = set()
        self._next: int | None = None  # one past the last record that the floor has passed
        self._committed: int | None = None

    def begin(self, offset: int) -> None:
        """A record was taken; offsets ascend, with gaps (compaction, markers)."""
        self._order.append(offset)

    def finish(self, offset: int) -> None:
        """A record is handled and its outputs acknowledged."""
        self._finished.add(offset)
        while self._order and self._order[0] in self._finished:
            passed = self._order.popleft()
            self._finished.remove(passed)
            self._next = passed + 1

    @property
    def span(self) -> int:
        """How many records lie between the floor and the newest taken, finished ones included."""
        return len(self._order)

    @property
    def pending(self) -> int | None:
        """The offset to commit, or None when there is nothing new."""
        return self._next if self._next != self._committed else None

    def committed(self, offset: int) -> None:
        """The broker has `offset` as this partition's position."""
        self._committed = offset
