"""Sentences of a guide document that are not for its readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from careline.models.answering.keys import keys
from careline.models.folding import fold
from careline.models.imperatives import asks, orders
from careline.models.language import Language, detect, has_han

from .directives import directive
from .hidden import hidden
from .message import spoken
from .parts import split
from .places import Place, merged

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_FOREIGN_WORDS = 4
# A long sentence has some word in common with its neighbours by chance.
_SHARED = 0.25


@lru_cache(maxsize=4096)
def suspicious(text: str, language: str) -> tuple[Place, ...]:
    """By form alone: what is hidden, speaks to the software, or is in another language than the document."""
    return merged(_suspicious(text, language))


def _suspicious(text: str, language: str) -> Iterator[Place]:
    unseen = merged(hidden(text))
    yield from unseen
    for place in unseen:  # what stands behind it is a sentence of its own
        text = text[: place.start] + "\n" * (place.end - place.start) + text[place.end :]
    yield from spoken(text)
    for part in split(text):
        if reason := directive(part.text, document=True):
            yield Place(part.start, part.end, reason)
        elif _other_language(part.text, language):
            yield Place(part.start, part.end, "language")


def _other_language(sentence: str, language: str) -> bool:
    """Several words of another language and none of the document's."""
    words = len(_LATIN.findall(sentence))
    if language == "zh":
        return words >= _FOREIGN_WORDS and not has_han(sentence)
    if language == "en":
        return detect(sentence, Language.ENGLISH) in (Language.CHINESE, Language.OTHER) and (
            words >= _FOREIGN_WORDS or has_han(sentence) or not words
        )
    return False


@lru_cache(maxsize=4096)
def unsupported(title: str, text: str) -> tuple[Place, ...]:
    """Orders and questions that have nothing to do with what stands around them: no word in common with the title, and
    hardly one with the other sentences. Statements are the document's own."""
    found = split(text)
    said = [keys(part.text) for part in found]
    about = keys(title)
    places: list[Place] = []
    for number, part in enumerate(found):
        folded = fold(part.text)
        if has_han(folded) or not (orders(folded) or asks(folded)):
            continue
        words = said[number]
        others = frozenset().union(*(each for place, each in enumerate(said) if place != number))
        if words and not words & about and len(words & others) < max(1.0, _SHARED * len(words)):
            places.append(Place(part.start, part.end, "unrelated"))
    return tuple(places)
