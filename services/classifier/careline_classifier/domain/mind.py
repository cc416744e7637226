"""Everything the classifier has learnt of one pack version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careline.models.encoder import Encoder
from careline.operations.verbs import verbs_of
from careline.tenants.model import Pack

from .answers import Answers, train_answers
from .examples import examples_of
from .habits import Habits
from .reflex import Reflex, train_reflex


@dataclass(frozen=True, slots=True)
class Mind:
    """`verbs` are those of each operation, by its name."""

    reflex: Reflex
    answers: Answers
    verbs: Mapping[str, frozenset[str]]
    habits: Habits


def train_mind(pack: Pack, encoder: Encoder) -> Mind:
    """From the pack's examples. Blocks for seconds: not for an event loop. Raises TrainingImpossible."""
    return make_mind(pack, train_reflex(pack, encoder), train_answers(pack, encoder))


def make_mind(pack: Pack, reflex: Reflex, answers: Answers) -> Mind:
    """From parts that were trained before."""
    verbs = {name: verbs_of(operation) for name, operation in pack.operations.items()}
    return Mind(reflex, answers, verbs, Habits(examples_of(pack)))
