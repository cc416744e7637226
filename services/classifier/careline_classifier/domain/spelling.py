"""Slips of the keyboard, put right by the words of the pack: "cacnel" is "cancel", where the pack has that word.

Only what is one slip away from exactly one known word counts (a letter too many, too few, wrong, or two swapped:
Damerau 1964), and begins and ends like it, as most slips do; so "flight" does not become "light".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.distance import OSA

from careline.models.stemming import stem

# Shorter words have too many neighbours.
_SHORTEST = 5
_WORD = re.compile(r"(?<![\w@./-])[a-zA-Z]{5,30}(?![\w@/-]|\.\w)")


class Spelling:
    """Knows the words of a pack. Immutable; remembers what it was asked lately."""

    def __init__(self, words: Collection[str], stems: Collection[str]) -> None:
        """`words` in small letters, and the stems of all of them."""
        self._stems = frozenset(stems)
        self._by_ends: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= _SHORTEST and word.isascii():
                self._by_ends.setdefault(word[0] + word[-1], []).append(word)
        self._meant = lru_cache(maxsize=4096)(self._find)

    def corrected(self, text: str) -> str:
        """The text with every misspelt word replaced that one word of the pack may have been meant by; names keep
        their capital and are left alone."""
        return _WORD.sub(lambda match: self._meant(match.group()) or match.group(), text)

    def _find(self, word: str) -> str | None:
        if not word.islower() or stem(word) in self._stems:
            return None
        near = [known for known in self._by_ends.get(word[0] + word[-1], ()) if _one_slip(word, known)]
        return near[0] if len(near) == 1 else None


def _one_slip(word: str, known: str) -> bool:
    return abs(len(word) - len(known)) < 2 and OSA.distance(word, known, score_cutoff=1) == 1
