"""What of a guide's passage is not for its readers, seen beside the whole guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from careline.models.answering.keys import keys
from careline.models.folding import fold

from .document import suspicious, unsupported
from .places import Place, merged

# An order of which the guide knows so many words is the guide's own, though nothing around it has any of them.
_KNOWN = 0.6
# In so many passages a word is looked for: two tell whether any other than its own has it.
_SEEN = 2
# The id and the words (title and text) of each passage.
Texts = Iterable[tuple[str, str]]
# The guide's words with the first passages that have them.
Vocabulary = Mapping[str, tuple[str, ...]]


def left_out(
    passage: str, title: str, text: str, language: str, guide: Callable[[], Vocabulary], question: str = ""
) -> tuple[Place, ...]:
    """The places in `text`, which is the passage with the id `passage`. `guide` is only asked where something in the
    passage has nothing to do with it, and has to have its answer at hand (see `vocabulary`); `question` is what the
    passage is to answer."""
    found = list(suspicious(text, language))
    unrelated = unsupported(title, text)
    if unrelated:
        known, asked = guide(), keys(question)
        found.extend(one for one in unrelated if _unknown(text[one.start : one.end], passage, known, asked))
    return merged(found)


def _unknown(sentence: str, passage: str, known: Vocabulary, asked: frozenset[str]) -> bool:
    """Whether neither the question nor the rest of the guide knows what the sentence is about."""
    said = keys(sentence)
    if said & asked:
        return False
    if fold(sentence).rstrip().endswith(("?", "？")):
        return True
    elsewhere = sum(any(one != passage for one in known.get(word, ())) for word in said)
    return elsewhere < _KNOWN * len(said)


def vocabulary(guide: Texts) -> Vocabulary:
    """Of a whole guide. Tens of milliseconds: once for a guide."""
    found: dict[str, list[str]] = {}
    for passage, text in guide:
        for word in keys(text):
            places = found.setdefault(word, [])
            if len(places) < _SEEN and passage not in places:
                places.append(passage)
    return {word: tuple(places) for word, places in found.items()}
