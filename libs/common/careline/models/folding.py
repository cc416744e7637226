"""Spelling differences that never matter, removed without moving a character: offsets stay valid."""

from functools import cache

from .script import simplifying

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SINGLE_QUOTES = dict.fromkeys(map(ord, "‘’‛′`´"), ord("'"))
_DOUBLE_QUOTES = dict.fromkeys(map(ord, "“”„‟″«»「」『』"), ord('"'))
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), ord("-"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), ord(" "))
_TABLE = _FULL_WIDTH | _SINGLE_QUOTES | _DOUBLE_QUOTES | _DASHES | _SPACES


def unify(text: str) -> str:
    """Full-width forms, quotes, dashes and spaces as their ASCII signs; as long as `text`."""
    return text.translate(_TABLE)


def fold(text: str) -> str:
    """`unify`, lower case, and simplified Chinese characters; as long as `text`."""
    unified = text if text.isascii() else text.translate(_folding())
    lower = unified.lower()
    if len(lower) == len(unified):
        return lower
    # A few capitals become two characters (the Turkish dotted I): those stay as they are.
    return "".join(small if len(small := sign.lower()) == 1 else sign for sign in unified)


@cache
def _folding() -> dict[int, int | str]:
    """One pass for both: a message is folded some twenty times on its way."""
    return {**simplifying(), **_TABLE}
