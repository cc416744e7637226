"""Which parts of a message are not for this business: an essay to be written, a question about the world, beside a
request that the business understands. Pure.

What stands beside a request does not change what becomes of it. Two requests that stand each by itself are divided
instead (see `several`), and then both are answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from careline.contracts.understanding import Route
from careline.models.folding import fold
from careline.models.imperatives import asks, orders
from careline.models.language import has_han
from careline.models.sentences import Sentence
from careline.models.text import content_words
from careline.models.untrusted import Place

from .several import Read

# More parts than these are a letter: it is read as a whole.
MOST = 6
# A part is understood when it is this sure, or this near to an example.
_SURE = 0.5
_NEAR = 0.5
_WORDS = 2
_PLAINLY, _PLAINLY_NEAR = 0.9, 0.6
_POINTS = re.compile(
    r"\b(?:it|its|this|that|these|those|them|they|such|so|one|ones|he|she|him|her|mine|here|there|then|too|either)\b"
)
_NOTHING = (Route.OUT_OF_SCOPE, Route.SMALL_TALK)


def candidates(parts: Sequence[Sentence]) -> bool:
    """Whether it is worth reading the parts one by one. Cheap: every message of several parts passes here."""
    return 2 <= len(parts) <= MOST and any(_wants(part.text) for part in parts)


def foreign(parts: Sequence[Sentence], read: Sequence[Read]) -> tuple[Place, ...]:
    """The parts to leave out: what asks for something that is none of the business's, beside a part that is
    understood. Of several of those without any that is understood, the surest stays."""
    nothing = [each.choice.intent.route is Route.OUT_OF_SCOPE for each in read]
    understood = [number for number, each in enumerate(read) if _understood(each)]
    if not understood and all(nothing) and all(_wants(part.text) for part in parts):
        understood = [max(range(len(read)), key=lambda number: read[number].choice.confidence)]
    if not understood:
        # A greeting in one language says nothing about a request in another.
        understood = [number for number, part in enumerate(parts) if not nothing[number] and _alien(part, parts)]
    out = [number for number in range(len(parts)) if number not in understood and _of_nobody(read[number])]
    left_out = [number for number in out if understood and _by_itself(parts[number].text, read[number])]
    return tuple(Place(parts[number].start, parts[number].end, "foreign") for number in left_out)


def _understood(read: Read) -> bool:
    choice = read.choice
    return choice.intent.route not in _NOTHING and (choice.confidence >= _SURE or read.similarity >= _NEAR)


def _of_nobody(read: Read) -> bool:
    return read.choice.intent.route in _NOTHING


def _by_itself(text: str, read: Read) -> bool:
    """Whether it asks for something in words of its own: "Machine or not?", "How do we sort out such a thing?" go with
    what stands before."""
    plain = read.choice.confidence >= _PLAINLY and read.similarity >= _PLAINLY_NEAR
    enough = plain or len(set(content_words(text))) >= _WORDS
    return _wants(text) and enough and not _POINTS.search(fold(text))


def _wants(text: str) -> bool:
    folded = fold(text)
    return orders(folded) or asks(folded)


def _alien(part: Sentence, parts: Sequence[Sentence]) -> bool:
    return all(has_han(part.text) != has_han(other.text) for other in parts if other is not part)
