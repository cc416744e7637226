"""Splits English and Chinese text into sentences, with their places in the text."""

import re
from dataclasses import dataclass

from .language import HAN

_CLOSERS = "\"'”’」』）)】》\\]"
# A full stop ends a sentence only before white space or a Chinese character, so not within 3.50 or example.com.
_END = re.compile(rf"[。！？；…]+[{_CLOSERS}]*|[.!?]+[{_CLOSERS}]*(?=\s|$|[{HAN}])|\n+")
_SOLID = re.compile(r"[^ \t]")
# No abbreviation is longer; looking further back would make a hostile text slow.
_WINDOW = 16
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:mr|mrs|ms|dr|prof|st|nr|vs|etc|approx|dept|inc|ltd|co|jan|feb|mar|apr|jun|jul|aug|sept?|"
    r"oct|nov|dec|e\.g|i\.e|a\.m|p\.m|u\.s|u\.k|fig|tel|ext|[a-hj-z])\.$",
    re.IGNORECASE,
)
_NUMBER_SIGN = re.compile(r"\bno\.$", re.IGNORECASE)
_DIGIT = re.compile(r"\s*\d")
_ENUMERATION = re.compile(r"(?:^|\n)[ \t]*\(?(?:\d{1,2}|[a-z])\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is what stands at [start, end) of the original."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> list[Sentence]:
    """In order, without surrounding white space, never empty; together they hold every non-blank character."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, start, match):
            _append(found, text, start, match.end())
            start = match.end()
    _append(found, text, start, len(text))
    return found


def sentences(text: str) -> list[str]:
    """The sentences' texts only."""
    return [sentence.text for sentence in split_sentences(text)]


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    if match.group().startswith("\n"):
        # A line that goes on in lower case was only wrapped.
        following = _SOLID.search(text, match.end())
        return len(match.group()) > 1 or following is None or not following.group().islower()
    if match.group() != ".":
        return True
    before = text[max(start, match.end() - _WINDOW) : match.end()]
    if _ENUMERATION.search(before):
        return False
    if _NUMBER_SIGN.search(before) and _DIGIT.match(text, match.end()):
        return False
    return not _ABBREVIATION.search(before) or _surely_new(text, match.end(), before)


def _surely_new(text: str, position: int, before: str) -> bool:
    """After an abbreviation that may also close a sentence: does a capital follow?"""
    may_close = re.search(r"(?:etc|a\.m|p\.m|inc|ltd|co)\.$", before, re.IGNORECASE)
    return bool(may_close) and text[position : position + _WINDOW].lstrip()[:1].isupper()


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + piece.index(stripped)
        found.append(Sentence(stripped, begin, begin + len(stripped)))
