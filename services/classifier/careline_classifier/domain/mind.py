"""Everything the classifier has learnt of one pack version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from careline.models.encoder import Encoder
from careline.models.remembered import Remembered
from careline.operations.verbs import verbs_of
from careline.tenants.model import Pack

from .answers import Answers, train_answers
from .examples import examples_of
from .habits import Habits
from .reflex import Reflex, train_reflex
from .several import Read


@dataclass(frozen=True, slots=True)
class Mind:
    """`verbs` are those of each operation, by its name; `readings` are of messages that were read lately, with the day
    on which they were read: what a message means by "tomorrow" changes."""

    reflex: Reflex
    answers: Answers
    verbs: Mapping[str, frozenset[str]]
    habits: Habits
    readings: Remembered[tuple[str, date], Read] = field(default_factory=lambda: Remembered(1024), compare=False)


def train_mind(pack: Pack, encoder: Encoder) -> Mind:
    """From the pack's examples. Blocks for seconds: not for an event loop. Raises TrainingImpossible."""
    return make_mind(pack, train_reflex(pack, encoder), train_answers(pack, encoder))


def make_mind(pack: Pack, reflex: Reflex, answers: Answers) -> Mind:
    """From parts that were trained before."""
    verbs = {name: verbs_of(operation) for name, operation in pack.operations.items()}
    return Mind(reflex, answers, verbs, Habits(examples_of(pack)))
