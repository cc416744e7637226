"""Chooses among the intents that a message may have: form of the message, what was tried before, thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from careline.contracts.understanding import Attempt, Route
from careline.tenants.model import Operation, Pack

from .forms import Form, refuses
from .intents import GUIDE, HUMAN, OUT_OF_SCOPE, Intent, Scored
from .reflex import Reading

# How a message's form changes the belief in intents; by trial on both packs' sets.
_ABOUT_FACTOR = 0.15
_MAY_I_FACTOR = 0.5
_REFUSED_FACTOR = 0.01
_GUIDE_FACTOR = 2.0
_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Choice:
    """What the message is taken to be about, with a confidence of 0 to 1."""

    intent: Intent
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the choice looks at beside the reading: the message, its form, whether it names something particular (a
    number, a code, a name), the verbs of each operation."""

    text: str
    form: Form
    particular: bool
    verbs: Mapping[str, frozenset[str]]


def choose(pack: Pack, reading: Reading, said: Said, attempts: Iterable[Attempt] = ()) -> Choice:
    """The best intent that was not turned down before; out of scope when none is near; a human when none is left."""
    tried = exclusions(attempts)
    weighed = weigh(pack, reading.ranking, said)
    left = [scored for scored in weighed if scored.intent not in tried]
    if not left:
        return Choice(HUMAN, 1.0)
    best = left[0]
    if tried and best.intent.route is Route.OUT_OF_SCOPE:
        # Something was understood before; to call it nonsense now would leave the customer alone.
        return Choice(HUMAN, best.score)
    if _near(pack, reading, best):
        return Choice(best.intent, best.score)
    if tried:
        return Choice(HUMAN, best.score)
    return Choice(OUT_OF_SCOPE, max(0.0, 1.0 - best.score))


def weigh(pack: Pack, ranking: Iterable[Scored], said: Said) -> list[Scored]:
    """The ranking with the form of the message taken into account, likeliest first, shares of one."""
    weighed = [Scored(each.intent, each.score * _factor(pack, each.intent, said)) for each in ranking]
    total = sum(each.score for each in weighed) or 1.0
    shares = (Scored(each.intent, each.score / total) for each in weighed)
    return sorted(shares, key=lambda each: (-each.score, each.intent))


def exclusions(attempts: Iterable[Attempt]) -> frozenset[Intent]:
    """Intents not to be tried again: those the verifier blamed the classifier for, and those that failed twice."""
    excluded: set[Intent] = set()
    seen: set[Intent] = set()
    for attempt in attempts:
        intent = Intent(attempt.route, attempt.operation or "")
        if attempt.stage == "classifier" or intent in seen:
            excluded.add(intent)
        seen.add(intent)
    return frozenset(excluded)


def _factor(pack: Pack, intent: Intent, said: Said) -> float:
    form = said.form
    if intent == GUIDE:
        return _GUIDE_FACTOR if form.procedure or form.rule else 1.0
    if intent.route is not Route.OPERATION or intent.name not in pack.operations:
        return 1.0
    if refuses(said.text, said.verbs.get(intent.name, frozenset())):
        return _REFUSED_FACTOR
    return _operation_factor(pack.operations[intent.name], said)


def _operation_factor(operation: Operation, said: Said) -> float:
    form, changes = said.form, bool(operation.effect)
    if form.procedure and (changes or not said.particular):
        return _ABOUT_FACTOR
    if changes and form.rule:
        return _ABOUT_FACTOR
    if changes and form.may_i and not said.particular:
        return _MAY_I_FACTOR
    return 1.0


def _near(pack: Pack, reading: Reading, best: Scored) -> bool:
    """Whether the message is near enough to what it is taken for."""
    bounds = pack.tenant.route
    return best.score >= _SURE or (
        best.score >= bounds.min_confidence or reading.similarity(best.intent) >= bounds.min_similarity
    )
