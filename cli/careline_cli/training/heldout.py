"""Reads a pack's own examples as if they were not in it: by what the others teach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from careline.models.calibration import Validation
from careline.models.encoder import Encoder
from careline.models.forms import form_of
from careline.models.thresholds import Scored
from careline.operations.verbs import verbs_of
from careline.tenants.model import Pack
from careline_classifier.domain.choice import Said, choose
from careline_classifier.domain.examples import Example, examples_of
from careline_classifier.domain.habits import Habits
from careline_classifier.domain.reflex import Reflex, train_reflex
from careline_classifier.domain.values import types_in

FOLDS = 5
# Dates in examples are relative to some day; which one makes no difference.
_NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)

Encoding = Callable[[Sequence[Example]], Encoder]


@dataclass(frozen=True, slots=True)
class Read:
    """An example that was left out: what it was taken for, how surely, and what it is."""

    text: str
    found: str
    confidence: float
    wanted: str

    @property
    def right(self) -> bool:
        return self.found == self.wanted


def read_held_out(
    pack: Pack,
    encoder_of: Encoding,
    *,
    folds: int = FOLDS,
    read: int = FOLDS,
    shots: int | None = None,
    seed: int = 0,
    say: Callable[[int, int], None] = lambda done, of: None,
) -> list[Read]:
    """Leaves the first `read` of `folds` parts of the examples out in turn; one with all its fillings.

    `encoder_of` gives the encoder to read with, for the examples that may be learnt; with `shots` only so many of each
    intent are learnt. Blocks for seconds a part. Raises TrainingImpossible.
    """
    examples = examples_of(pack)
    fold = _folds(examples, folds, seed)
    found: list[Read] = []
    for part in range(read):
        known = [each for each in examples if fold[each.template] != part]
        if shots is not None:
            known = few(known, shots, seed)
        encoder = encoder_of(known)
        reflex, habits = train_reflex(pack, encoder, known), Habits(known)
        left_out = [each for each in examples if fold[each.template] == part]
        found += [_read(pack, reflex, habits, encoder, each) for each in _one_each(left_out)]
        say(part + 1, read)
    return found


def few(examples: Sequence[Example], each: int, seed: int) -> list[Example]:
    """Random `each` of every intent, with all their fillings."""
    random = np.random.default_rng(seed)
    taken: Counter[str] = Counter()
    kept: set[str] = set()
    templates = list({example.template: example for example in examples}.values())
    for place in random.permutation(len(templates)).tolist():
        label = templates[place].intent.label
        taken[label] += 1
        if taken[label] <= each:
            kept.add(templates[place].template)
    return [example for example in examples if example.template in kept]


def validation_of(rows: Sequence[Read]) -> Validation:
    """The rows as the arrays that accuracy and calibration error are counted from."""
    confidence = np.asarray([row.confidence for row in rows], np.float32)
    return Validation(confidence, np.asarray([row.right for row in rows], bool), confidence)


def scored(rows: Iterable[Read]) -> list[Scored]:
    """The rows as thresholds are chosen from."""
    return [Scored(min(1.0, max(0.0, row.confidence)), row.right) for row in rows]


def _folds(examples: Sequence[Example], folds: int, seed: int) -> dict[str, int]:
    templates = list(dict.fromkeys(example.template for example in examples))
    order = np.random.default_rng(seed).permutation(len(templates)).tolist()
    return {templates[place]: number % folds for number, place in enumerate(order)}


def _one_each(examples: Sequence[Example]) -> Iterator[Example]:
    yield from {example.template: example for example in reversed(examples)}.values()


def _read(pack: Pack, reflex: Reflex, habits: Habits, encoder: Encoder, example: Example) -> Read:
    text = example.text
    masked = reflex.mask(text)
    types = types_in(text, _NOW, ZoneInfo(pack.tenant.time_zone))
    particular = bool(reflex.names(text)) or any(sign.isdigit() for sign in text)
    verbs = {name: verbs_of(operation) for name, operation in pack.operations.items()}
    form = form_of(text)
    said = Said(text, form, particular, verbs, types, reflex.coded(text), habits.factors(form, text))
    choice = choose(pack, reflex.read(masked, encoder.encode(masked)), said)
    return Read(text, choice.intent.label, choice.confidence, example.intent.whole.label)
