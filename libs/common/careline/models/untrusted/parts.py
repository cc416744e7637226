# ruff: noqa: E501  (patterns are read whole)
"""The parts of a text that may be somebody else's each: its sentences, also where one was not closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from careline.models.imperatives import beginnings
from careline.models.language import HAN
from careline.models.sentences import Sentence, split_sentences

_WORD = re.compile(r"\w")
_CLOSED = re.compile(r"[.!?][\"'”’]$")
# Chinese after a space behind Latin letters or signs, and Latin words in capitals behind Chinese.
_SCRIPTS = re.compile(
    rf"(?<=[A-Za-z.?!'\")=\]>])\s+(?=[{HAN}])|(?<=[{HAN}，。！？；])\s+(?=[A-Z\"'<\[{{#][A-Za-z'\"|/ ]{{3}})|(?<=[{HAN}。！？；])\s+(?=[{HAN}])"
)


def split(text: str) -> tuple[Sentence, ...]:
    """In order; together they hold every word."""
    return tuple(part for sentence in _whole(text) for part in _within(sentence))


def _whole(text: str) -> Iterator[Sentence]:
    """Sentences; one that quotes another goes on behind the quote."""
    held: Sentence | None = None
    for sentence in split_sentences(text):
        if held is not None and _CLOSED.search(held.text) and sentence.text[:1].islower():
            held = Sentence(text[held.start : sentence.end], held.start, sentence.end)
            continue
        if held is not None:
            yield held
        held = sentence
    if held is not None:
        yield held


def _within(sentence: Sentence) -> Iterator[Sentence]:
    text = sentence.text
    cuts = sorted({0, len(text), *beginnings(text), *(match.end() for match in _SCRIPTS.finditer(text))})
    for start, end in pairwise(cuts):
        piece = text[start:end].rstrip()
        if _WORD.search(piece):
            yield Sentence(piece, sentence.start + start, sentence.start + start + len(piece))
