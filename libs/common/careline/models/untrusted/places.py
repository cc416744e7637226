"""A part of a text that is not to be trusted, and a text without such parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Characters [start, end) of a text, and in a word why they are not trusted."""

    start: int
    end: int
    reason: str


def merged(places: Iterable[Place]) -> tuple[Place, ...]:
    """In order, none overlapping; the reason is that of the first."""
    found: list[Place] = []
    for place in sorted(places):
        if found and place.start < found[-1].end:
            last = found[-1]
            found[-1] = Place(last.start, max(last.end, place.end), last.reason)
        else:
            found.append(place)
    return tuple(found)


def blanked(text: str, places: Iterable[Place]) -> str:
    """As long as `text`, with spaces for the places: what is found in the rest keeps its position."""
    for place in places:
        text = text[: place.start] + " " * (place.end - place.start) + text[place.end :]
    return text
