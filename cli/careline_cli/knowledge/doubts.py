"""Sentences of a guide that answers will leave out, said to whoever publishes it: each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from careline.models.untrusted import Vocabulary, left_out, vocabulary
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
        for place in left_out(passage.id, passage.title, passage.text, passage.language, words):
            said = " ".join(passage.text[place.start : place.end].split())
            shown = said if len(said) <= _EXCERPT else f"{said[:_EXCERPT]}…"
            why = _WHY.get(place.reason, "it speaks to the software")
            where = str(passage.source) or passage.id
            yield f"{where} ({passage.language} {passage.id}): not told to customers, for {why}: {shown!a}"
