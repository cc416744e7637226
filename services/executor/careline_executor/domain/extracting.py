"""Which sentences of a passage answer the question that was asked.

A sentence is left out only where something speaks for it: it has no answer of the kind asked for, or another one has
much more of what the question names. What qualifies a chosen sentence ("but", "only", "it ...") stays with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from careline.models.answering import Kind, asked, has_answer, kind_of
from careline.models.answering.keys import keys
from careline.models.folding import fold
from careline.models.text import Sentence, split_sentences

_TYPED = 1.0
# So many more of the things named make another sentence the one that is meant.
_CLEARLY = 2.0
_SEEKS = frozenset({Kind.MONEY, Kind.DURATION, Kind.COUNT, Kind.WHEN})
_SEVERAL = re.compile(
    r"\b(?:and|or)\b[^.?!]{0,120}\b(?:what|when|where|who|why|which|how|do|does|is|are|can|will)\b|[，,、].{0,60}(?:什么|怎么|多少"
    r"|几|哪|吗|呢)"
)
# Goes on with what was said before, or takes something from it.
_GOES_ON = re.compile(
    r"^(?:it|its|they|this|that|these|those|then|otherwise|but|however|only|except|if (?:not|you|it|we)|unless"
    r"|what is left"
    r"|after that|here|there|both|one|all|everything else|larger|most|the same)\b"
    r"|^(?:但|不过|否则|如果|如|它|其|此|逾期|之后|除非|需要|第二次|再次|当年|这)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read once: its kind of answer, and whether it asks for several things. `message` is all that was
    written with it, which says what it is about."""

    kind: Kind
    message: str
    several: bool = False


def read_question(message: str) -> Asked:
    """The sentence of the message that asks says what kind of answer it wants."""
    question = asked(message)
    return Asked(kind_of(question), message, _SEVERAL.search(fold(question)) is not None)


def extract(question: Asked, text: str, max_chars: int) -> list[str]:
    """Quotes from `text` in its order, together no longer than `max_chars` (a single long sentence stays whole)."""
    short = len(text) <= max_chars
    if short and (question.kind not in _SEEKS or question.several):
        return [text]
    sentences = split_sentences(text)
    if len(sentences) < 2:
        return [text]
    scores = score(question, [sentence.text for sentence in sentences])
    chosen = _answering(question, sentences, scores) if short else _fitting(question, sentences, scores, max_chars)
    if len(chosen) == len(sentences):
        return [text]
    return list(_runs(text, sentences, sorted(chosen)))


def score(question: Asked, sentences: Sequence[str]) -> list[float]:
    """How much each sentence has of what the question names, what is in all of them counting nothing; and whether it
    has an answer of the kind."""
    wanted = keys(question.message)
    named = [wanted & keys(sentence) for sentence in sentences]
    everywhere = frozenset.intersection(*named) if len(named) > 1 else frozenset()
    seeks = question.kind in _SEEKS
    typed = [seeks and has_answer(question.kind, sentence) for sentence in sentences]
    return [len(names - everywhere) + (_TYPED if kind else 0.0) for names, kind in zip(named, typed, strict=True)]


def _answering(question: Asked, sentences: Sequence[Sentence], scores: Sequence[float]) -> set[int]:
    """The sentences of a short passage that answer; all of them when nothing tells them apart."""
    typed = [has_answer(question.kind, sentence.text) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda index: (typed[index], scores[index], -index))
    if not typed[best] or scores[best] < max(scores):
        return set(range(len(sentences)))
    # A sentence with an answer of the kind goes only if another is clearly meant.
    chosen = {
        index
        for index, each in enumerate(scores)
        if index == best or (scores[best] - each < _CLEARLY if typed[index] else each > scores[best] - _TYPED)
    }
    return _with_context(sentences, chosen)


def _with_context(sentences: Sequence[Sentence], chosen: set[int]) -> set[int]:
    goes_on = [_GOES_ON.search(fold(sentence.text)) is not None for sentence in sentences]
    for index, sentence in enumerate(sentences[:-1]):
        goes_on[index + 1] |= sentence.text.endswith((";", "；", "…", ":", "："))
    for index in range(1, len(sentences)):
        if index - 1 in chosen and goes_on[index]:
            chosen.add(index)
    for index in range(len(sentences) - 1, 0, -1):
        if index in chosen and goes_on[index]:
            chosen.add(index - 1)
    return chosen


def _fitting(question: Asked, sentences: Sequence[Sentence], scores: Sequence[float], max_chars: int) -> set[int]:
    """What fits of a long passage."""
    best = 0 if question.kind is Kind.HOW else scores.index(max(scores))
    if question.kind is Kind.HOW:
        # Steps are told from the first one on.
        scores = [float(-index) for index in range(len(sentences))]
    # What room is left goes to the neighbours of the best sentence: they are its context.
    nearest = sorted(range(len(sentences)), key=lambda i: (-scores[i], abs(i - best), i))
    chosen: set[int] = set()
    length = 0
    for index in nearest:
        length += len(sentences[index].text) + 1
        if chosen and length > max_chars:
            break
        chosen.add(index)
    return chosen


def _runs(text: str, sentences: Sequence[Sentence], chosen: Sequence[int]) -> Iterator[str]:
    """Neighbouring sentences as one quote, exactly as they stand in the text."""
    start = 0
    for position, index in enumerate(chosen):
        if position and index != chosen[position - 1] + 1:
            yield text[sentences[chosen[start]].start : sentences[chosen[position - 1]].end]
            start = position
    yield text[sentences[chosen[start]].start : sentences[chosen[-1]].end]
