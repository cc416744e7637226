"""Chooses among the intents that a message may have: form of the message, what was tried before, thresholds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from careline.contracts.understanding import Attempt, Route
from careline.models.forms import Form, denies, names_any, refuses, wants_nothing
from careline.operations.verbs import title_verbs
from careline.tenants.model import Operation, Pack

from .intents import GUIDE, HUMAN, OUT_OF_SCOPE, Intent, Scored, operation
from .reflex import Reading

# How a message's form changes the belief in intents; by trial on both packs' sets.
_ABOUT_FACTOR = 0.15
_MAY_I_FACTOR = 0.5
_BEYOND_FACTOR = 0.2
# Who speaks of themselves is told their own facts first, and the guide only if those do not answer.
_OWN_FACTOR = 1.3
_REFUSED_FACTOR = 0.01
_NOTHING_FACTOR = 1e-6
_GUIDE_FACTOR = 2.0
# A value that the operation has an argument for speaks for it; one that it could do nothing with, against it.
_TAKEN_FACTOR = 1.5
_LEFT_FACTOR = 0.4
_SURE = 0.75
# A question so near to one of the guide's is the guide's, though examples of what is out of scope are near as well.
_GUIDE_NEAR = 0.6
_NARROW = frozenset({Route.GUIDE, Route.OPERATION, Route.BASIC_INFO})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the message is taken to be about, with a confidence of 0 to 1."""

    intent: Intent
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the choice looks at beside the reading: the message, its form, whether it names something particular (a
    number, a code, a name) and values of which types, the verbs of each operation; `coded`: it names a code; `habits`:
    what its form is worth for each intent."""

    text: str
    form: Form
    particular: bool
    verbs: Mapping[str, frozenset[str]]
    types: frozenset[str] = frozenset()
    coded: bool = False
    habits: Mapping[Intent, float] = field(default_factory=dict)


def choose(pack: Pack, reading: Reading, said: Said, attempts: Iterable[Attempt] = ()) -> Choice:
    """The best intent that was not turned down before; out of scope when none is near; a human when none is left."""
    tried = exclusions(attempts)
    if _asks_for_others(pack, reading, said) and not tried:
        return Choice(OUT_OF_SCOPE, reading.ranking[0].score)
    weighed = weigh(pack, reading.ranking, said)
    left = [scored for scored in weighed if not _was_tried(scored.intent, tried)]
    if not left:
        return Choice(HUMAN, 1.0)
    best = _settle(pack, reading, left[0])
    if tried and (best is None or best.intent == OUT_OF_SCOPE):
        # Something was understood before; to call it nonsense now would leave the customer alone.
        return Choice(HUMAN, left[0].score)
    if best is None:
        return Choice(OUT_OF_SCOPE, max(0.0, 1.0 - left[0].score))
    return Choice(best.intent, best.score)


def changing(pack: Pack, intent: Intent) -> bool:
    """Whether what is wanted may write something: a change, or a case for a complaint or suggestion."""
    if intent.route is Route.OPERATION:
        return intent.name in pack.operations and pack.operations[intent.name].changes
    return intent.route in (Route.COMPLAINT, Route.SUGGESTION)


def weigh(pack: Pack, ranking: Iterable[Scored], said: Said) -> list[Scored]:
    """The ranking with the form of the message taken into account, likeliest first, shares of one."""
    denied = denies(said.text)
    nothing = _wants_nothing(pack, said) if denied else frozenset()
    weighed = [
        Scored(each.intent, each.score * _weight(pack, each.intent, said, nothing, denied=denied)) for each in ranking
    ]
    total = sum(each.score for each in weighed) or 1.0
    shares = (Scored(each.intent, each.score / total) for each in weighed)
    return sorted(shares, key=lambda each: (-each.score, each.intent))


def _asks_for_others(pack: Pack, reading: Reading, said: Said) -> bool:
    """Whether something is looked up that is not the customer's own: nobody is told theirs for another's. What has a
    code is left to the records, which know whose it is."""
    if not reading.ranking:
        return False
    first = reading.ranking[0].intent
    if first.route is Route.BASIC_INFO:
        return said.form.others or (said.coded and not said.form.own)
    looked_up = first.route is Route.OPERATION and first.name in pack.operations
    return looked_up and not pack.operations[first.name].changes and said.form.others and not said.particular


def _wants_nothing(pack: Pack, said: Said) -> frozenset[Intent]:
    """Who says only what must not be done wants nothing changed: all changes that are not named besides."""
    titles = {name: title_verbs(each) for name, each in pack.operations.items()}
    refused = [name for name, verbs in titles.items() if wants_nothing(said.text, verbs)]
    if not refused:
        return frozenset()
    return frozenset(
        operation(name)
        for name, each in pack.operations.items()
        if each.changes and (name in refused or not names_any(said.text, titles[name]))
    )


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


def _was_tried(intent: Intent, tried: Collection[Intent]) -> bool:
    """An attempt names the operation, but not which fact or which small talk."""
    return intent in tried or (intent.route is not Route.OPERATION and Intent(intent.route) in tried)


def _weight(pack: Pack, intent: Intent, said: Said, nothing: Collection[Intent], *, denied: bool) -> float:
    if intent in nothing:
        return _NOTHING_FACTOR
    if denied and intent.route is Route.OPERATION and refuses(said.text, said.verbs.get(intent.name, frozenset())):
        return _REFUSED_FACTOR
    return _factor(pack, intent, said) * said.habits.get(intent, 1.0)


def _factor(pack: Pack, intent: Intent, said: Said) -> float:
    form = said.form
    if intent == GUIDE:
        return _GUIDE_FACTOR if form.procedure or form.rule else 1.0
    if intent.route is Route.BASIC_INFO:
        if form.beyond or form.procedure:
            return _BEYOND_FACTOR
        return _OWN_FACTOR if form.own else 1.0
    if intent.route is not Route.OPERATION or intent.name not in pack.operations:
        return 1.0
    return _operation_factor(pack.operations[intent.name], said)


def _operation_factor(operation: Operation, said: Said) -> float:
    form, changes = said.form, operation.changes
    if (form.procedure and (changes or not said.particular)) or (changes and (form.rule or form.about_self)):
        return _ABOUT_FACTOR
    factor = _MAY_I_FACTOR if changes and form.may_i and not said.particular else 1.0
    taken = {spec.type for spec in operation.arguments.values()}
    return factor * float(_TAKEN_FACTOR ** len(said.types & taken) * _LEFT_FACTOR ** len(said.types - taken))


def _settle(pack: Pack, reading: Reading, best: Scored) -> Scored | None:
    """The best intent, None if the message is too far from everything; between the guide and what is out of scope the
    nearest example decides, for no training set tells all that a business does not do."""
    bounds = pack.tenant.route
    guide, nothing = reading.similarity(GUIDE), reading.similarity(OUT_OF_SCOPE)
    if best.intent == OUT_OF_SCOPE:
        return Scored(GUIDE, guide) if guide >= max(_GUIDE_NEAR, nothing) else best
    if best.intent == GUIDE and nothing >= guide:
        return None
    near = reading.similarity(best.intent) >= bounds.min_similarity
    # Complaints and suggestions are about anything, so their examples are seldom near.
    enough = _SURE if best.intent.route in _NARROW else bounds.min_confidence
    return best if near or best.score >= enough else None
