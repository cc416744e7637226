"""A value and the words it came from."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """`text` is exactly what stands at [start, end) of the original; `value` is what it means."""

    value: T_co
    start: int
    end: int
    text: str

    def overlaps(self, other: "Found[object]") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


def found_at(text: str, start: int, end: int, value: T) -> Found[T]:
    """A `Found` for a span of `text`."""
    return Found(value, start, end, text[start:end])


def without_overlaps(candidates: Iterable[Found[T]]) -> list[Found[T]]:
    """In order of the text. Where candidates share characters, the one that comes first in `candidates` stays."""
    kept: list[Found[T]] = []  # always in order of the text, so that a new one can only meet its neighbours
    for candidate in candidates:
        place = bisect_left(kept, candidate.start, key=lambda found: found.start)
        neighbours = kept[max(0, place - 1) : place + 1]
        if not any(candidate.overlaps(other) for other in neighbours):
            kept.insert(place, candidate)
    return kept
