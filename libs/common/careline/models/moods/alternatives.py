"""Long alternations made quick: what begins at a word is tried at words only, what is Chinese in Chinese texts only."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BEGINS_WORD = r"\b"


def quick(pattern: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Two patterns that together find what `pattern` does: one for every text (each alternative that is ASCII, all of
    which have to begin with a word border), one for texts with other signs. None where there is none of a sort."""
    plain: list[str] = []
    other: list[str] = []
    for alternative in alternatives(pattern):
        if alternative.isascii():
            plain.append(alternative.removeprefix(_BEGINS_WORD))
        else:
            other.append(alternative)
    return (
        re.compile(rf"\b(?:{'|'.join(plain)})") if plain else None,
        re.compile("|".join(other)) if other else None,
    )


def alternatives(pattern: str) -> Iterator[str]:
    """The parts of a pattern between its outermost bars."""
    depth, start, place, in_class = 0, 0, 0, False
    while place < len(pattern):
        sign = pattern[place]
        if sign == "\\":
            place += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            yield pattern[start:place]
            start = place + 1
        place += 1
    yield pattern[start:]
