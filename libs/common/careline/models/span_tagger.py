"""Learns to find the values of slots in messages, from messages in which they are marked.

A linear-chain conditional random field (Lafferty et al. 2001) for each slot, as in Span-ConveRT (Coope et al. 2020,
arXiv 2005.08866) each slot has a classifier of its own: the same words may be a date and a time. A message has at most
one value of a slot. Trained by python-crfsuite, which is needed for training and tagging only and imported there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .errors import TrainingImpossible
from .span_features import Token, features, tokens

# Chosen on a fifth of the training part of RESTAURANTS-8K.
_L1, _L2 = 0.1, 0.1
_ITERATIONS = 80
_OUT, _BEGIN, _IN = "O", "B", "I"


class Span(NamedTuple):
    """Characters `start` to `end` of the text are the value of `slot`."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A message, the slots that had just been asked for, and its values."""

    text: str
    asked: tuple[str, ...]
    spans: tuple[Span, ...]


class SpanTagger:
    """Made by `train_tagger`. Tagging a short message takes about a millisecond for five slots."""

    def __init__(self, models: dict[str, bytes]) -> None:
        self.models = models
        self._taggers = {slot: _opened(model) for slot, model in models.items()}

    def find(self, text: str, asked: Sequence[str] = ()) -> list[Span]:
        """At most one value a slot, by slot."""
        found = tokens(text)
        if not found:
            return []
        seen = features(found, asked)
        spans = (_best(slot, tagger, found, seen) for slot, tagger in self._taggers.items())
        return [span for span in spans if span is not None]


def train_tagger(messages: Sequence[Marked], say: Callable[[str], None] = lambda _: None) -> SpanTagger:
    """Blocks for about ten seconds a slot for eight thousand messages. Raises TrainingImpossible."""
    slots = sorted({span.slot for message in messages for span in message.spans})
    if not slots:
        raise TrainingImpossible("a tagger needs messages in which values are marked")
    split = [tokens(message.text) for message in messages]
    seen = [features(found, message.asked) for found, message in zip(split, messages, strict=True)]
    models = {}
    for number, slot in enumerate(slots, 1):
        trainer = _crfsuite().Trainer(verbose=False)
        trainer.set_params({"c1": _L1, "c2": _L2, "max_iterations": _ITERATIONS, "feature.possible_transitions": True})
        for message, found, shown in zip(messages, split, seen, strict=True):
            if found:
                trainer.append(shown, _tags(found, message.spans, slot))
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "model"
            trainer.train(str(file))
            models[slot] = file.read_bytes()
        say(f"{slot}: learnt ({number} of {len(slots)})")
    return SpanTagger(models)


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError as error:
        raise TrainingImpossible(
            "finding values needs python-crfsuite; get it with: pip install --require-hashes -r requirements-dev.txt"
        ) from error
    return pycrfsuite


def _opened(model: bytes) -> Any:
    tagger = _crfsuite().Tagger()
    tagger.open_inmemory(model)
    return tagger


def _tags(found: Sequence[Token], spans: Sequence[Span], slot: str) -> list[str]:
    marks = [_OUT] * len(found)
    for span in spans:
        if span.slot != slot:
            continue
        inside = [place for place, token in enumerate(found) if token.start < span.end and token.end > span.start]
        for place in inside:
            marks[place] = _BEGIN if place == inside[0] else _IN
    return marks


def _best(slot: str, tagger: Any, found: Sequence[Token], seen: list[list[str]]) -> Span | None:
    """The likeliest value on the likeliest path, if it has any."""
    marks = tagger.tag(seen)
    starts = [place for place, mark in enumerate(marks) if mark == _BEGIN or (mark == _IN and _opens(marks, place))]
    best: tuple[float, Span] | None = None
    for start in starts:
        end = start + 1
        while end < len(marks) and marks[end] == _IN:
            end += 1
        sure = min(tagger.marginal(marks[place], place) for place in range(start, end))
        if best is None or sure > best[0]:
            best = sure, Span(slot, found[start].start, found[end - 1].end)
    return best[1] if best else None


def _opens(marks: Sequence[str], place: int) -> bool:
    return place == 0 or marks[place - 1] == _OUT
