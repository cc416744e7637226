"""Chinese put into English words, one by one: enough for an encoder that knows no Chinese to see what a text is about.

Not a translation. The list (`glossary.txt`) has the words of customer care and of everyday life, none of one business;
longest match first, which needs no segmenter and takes microseconds. Characters that no word covers are left out.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources

from .language import HAN, has_han
from .script import simplified

_HAN_RUN = re.compile(rf"[{HAN}]")


def gloss(text: str) -> str:
    """English words in the order of the Chinese ones; what is not Chinese stays. A text without Chinese, or of which no
    word is known, comes back as it is."""
    if not has_han(text):
        return text
    entries, pattern = _glossary()
    text = simplified(text)
    pieces: list[str] = []
    place = 0
    for match in pattern.finditer(text):
        pieces += [_HAN_RUN.sub(" ", text[place : match.start()]), entries[match.group()]]
        place = match.end()
    pieces.append(_HAN_RUN.sub(" ", text[place:]))
    found = " ".join(" ".join(pieces).split())
    return found if any(sign.isalnum() for sign in found) else text


def unglossed(text: str) -> str:
    """The Chinese characters that no word of the list covers, in order."""
    _, pattern = _glossary()
    return "".join(_HAN_RUN.findall(pattern.sub(" ", simplified(text))))


@cache
def glossary_version() -> str:
    """Changes with the list: vectors of Chinese texts made with another are no longer comparable."""
    return hashlib.sha256(_listed().encode()).hexdigest()[:6]


def _listed() -> str:
    return resources.files(__package__).joinpath("glossary.txt").read_text(encoding="utf-8")


@cache
def _glossary() -> tuple[dict[str, str], re.Pattern[str]]:
    """English by Chinese word, and what finds the words in a text, longest first."""
    entries: dict[str, str] = {}
    for line in _listed().splitlines():
        if line and not line.startswith("#"):
            english, _, words = line.partition(": ")
            entries |= dict.fromkeys(words.split(), english)
    longest_first = sorted(entries, key=len, reverse=True)
    return entries, re.compile("|".join(map(re.escape, longest_first)))
