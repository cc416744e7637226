"""What was worked out lately, by what it was worked out from. Customers ask the same things in the same words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """At most `size` values; those least recently used leave first. For one event loop, or one thread."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[K, V] = OrderedDict()

    def of(self, key: K, work_out: Callable[[], V]) -> V:
        """The value of `key`, worked out if it is not known. What `work_out` raises is not remembered."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        value = self._held[key] = work_out()
        if len(self._held) > self._size:
            self._held.popitem(last=False)
        return value
