"""Sentences of a guide that answers will leave out, said to whoever publishes it: each with its place.

What has nothing to do with the guide is told nevertheless to who asks with one of its words, so a sentence is named
only if it is left out of the answer to every way to ask that the guide knows of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from careline.models.untrusted import Place, Vocabulary, left_out, vocabulary
from careline.tenants.model import GuidePassage

_EXCERPT = 90
_WHY = {
    "hidden": "readers do not see it",
    "invisible": "it has invisible signs",
    "encoded": "it is encoded",
    "language": "it is in another language than the document",
    "unrelated": "it orders or asks something that has nothing to do with the guide",
}


def doubts(guide: Sequence[GuidePassage]) -> Iterator[str]:
    """One line for each sentence, in the guide's order."""

    @cache
    def words() -> Vocabulary:
        return vocabulary((one.id, f"{one.title}\n{one.text}") for one in guide)

    for passage in guide:
        for place in _never_told(passage, words):
            said = " ".join(passage.text[place.start : place.end].split())
            shown = said if len(said) <= _EXCERPT else f"{said[:_EXCERPT]}…"
            why = _WHY.get(place.reason, "it speaks to the software")
            where = str(passage.source) or passage.id
            yield f"{where} ({passage.language} {passage.id}): not told to customers, for {why}: {shown!a}"


def _never_told(passage: GuidePassage, words: Callable[[], Vocabulary]) -> Iterator[Place]:
    def found(question: str) -> tuple[Place, ...]:
        return left_out(passage.id, passage.title, passage.text, passage.language, words, question)

    left = list(found(""))
    for question in (passage.question, *passage.asked) if left else ():
        again = found(question)
        left = [place for place in left if any(one.start <= place.start and place.end <= one.end for one in again)]
    yield from left
