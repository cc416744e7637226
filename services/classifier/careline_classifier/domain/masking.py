"""Makes messages comparable: what names one particular thing is replaced by what such things look like.

"cancel LL-10023" and "cancel LL-77120" ask for the same; so do "tell me about Andy" and "tell me about Maria Stone". A
code keeps its shape, which tells what it is a code of.
Training examples and messages go through the same mask, so that neither the encoder nor the letters see particulars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from careline.models.courtesy import hushed, without_pictures
from careline.models.extract import Found, emails, quoted
from careline.models.extract.found import found_at, without_overlaps
from careline.models.folding import fold
from careline.models.language import has_han
from careline.models.stemming import stem

from .spelling import Spelling

NAME = "Alex"
MAIL = "mail@example.com"
_QUOTED_WORDS = 4
_LETTERS = r"[^\W\d_]"
# A code: letters that go on with at least three digits, with or without a sign between them.
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,30}[-_]?\d{3,}(?![A-Za-z0-9])")
_DIGIT = re.compile(r"\d")
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,]\d)")
_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ'’-]+(?:\s+[A-ZÀ-Þ][a-zß-ÿ'’-]+)*\b")
_LATIN_RUN = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z][A-Za-z'’-]+(?:\s+[A-Za-z][A-Za-z'’-]+)*(?![A-Za-z0-9])")
_WORD = re.compile(rf"{_LETTERS}+")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n])\s*[\"'(]*$")
_SPACES = re.compile(r"\s+")


class Masker:
    """Knows the words of a pack: a capitalised word that no example ever uses is taken for a name."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._words = frozenset(word for text in vocabulary for word in _WORD.findall(fold(text)))
        self._stems = frozenset(map(stem, self._words))
        self._spelling = Spelling(self._words, self._stems)

    def mask(self, text: str) -> str:
        """The message without courtesies and slips of spelling, with names, codes, addresses and long numbers made
        alike, spaces made single."""
        masked = _SPACES.sub(" ", without_pictures(hushed(text))).strip()
        for found in reversed(emails(masked)):
            masked = masked[: found.start] + MAIL + masked[found.end :]
        for found in reversed(self.names(masked)):
            masked = masked[: found.start] + found.value + masked[found.end :]
        return _LONG_NUMBER.sub("10000", self._spelling.corrected(masked))

    def names(self, text: str) -> list[Found[str]]:
        """What seems to name one particular thing, in order: codes, short quotations, capitalised words that the pack
        never uses. The value is what stands for it in a masked text."""
        codes = (found_at(text, *match.span(), _DIGIT.sub("1", match.group())) for match in _CODE.finditer(text))
        quotes = (
            found_at(text, one.start, one.end, NAME)
            for one in quoted(text)
            if len(one.text.split()) <= _QUOTED_WORDS and not self._knows(one.text)
        )
        # Among Chinese characters whatever is in Latin letters is a name.
        words = _LATIN_RUN if has_han(text) else _CAPITALISED
        capitals = (self._capitals(text, match) for match in words.finditer(text))
        return without_overlaps([*codes, *quotes, *(one for one in capitals if one is not None)])

    def coded(self, text: str) -> bool:
        """Whether a code is in it, "LL-10023" or "C-1002"."""
        return _CODE.search(text) is not None

    def codes(self, text: str) -> frozenset[str]:
        """The codes in it, in capitals."""
        return frozenset(match.group().upper() for match in _CODE.finditer(text))

    def common(self, text: str) -> bool:
        """Whether all of it is ordinary words of the pack: in small letters, in any of their forms."""
        words = _WORD.findall(text)
        plain = bool(words) and text.islower() and not has_han(text) and not any(sign.isdigit() for sign in text)
        return plain and all(stem(word) in self._stems for word in words)

    def _capitals(self, text: str, match: re.Match[str]) -> Found[str] | None:
        start, end = match.span()
        if has_han(text):
            return found_at(text, start, end, NAME)
        if _SENTENCE_START.search(text[:start]):
            # The first word of a sentence is capitalised anyway: only what follows it can be told to be a name.
            first = match.group().partition(" ")[0]
            start += len(first) + 1
        said = text[start:end]
        return None if not said or self._knows(said) else found_at(text, start, end, NAME)

    def _knows(self, words: str) -> bool:
        return any(word in self._words for word in _WORD.findall(fold(words)))
