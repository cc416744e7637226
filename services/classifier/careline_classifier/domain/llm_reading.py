"""From a model's answer to a plan and arguments: nothing is believed that the customer's own words do not bear out.

A model never gives a value: it points at words, and code derives the value from them as the verifier will do again. It
never says yes for a customer. A change that it alone takes for a wish has to be in the customer's words, as the
reflex reads them or by its verb, or is not proposed at all; and it is asked about before it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, PendingKind, Turn
from careline.contracts.understanding import Attempt, Confirmation, Route, Understanding
from careline.llm.marking import unescape
from careline.models.folding import fold
from careline.operations.errors import EvidenceError
from careline.operations.evidence import Sources, derive
from careline.operations.parsing import FREE_TYPES
from careline.privacy import Placeholders, PrivacyError, readings
from careline.tenants.model import ArgumentSpec, Operation, Pack

from .choice import exclusions
from .intents import Intent, Scored, operation
from .llm_catalogue import Quoted, RouteAnswer
from .plans import Plan

# A complaint is filed without asking back: among so many of the reflex's likeliest intents it has to be.
_LIKELY = 3
_PAST = 3
_ROUND = " \t\r\n\"'“”‘’.,;:!?。，；：！？、"
_CASES = (Route.COMPLAINT, Route.SUGGESTION)


@dataclass(frozen=True, slots=True)
class Second:
    """A second opinion, made safe. `agrees`: the reflex thought of the same first."""

    plan: Plan
    agrees: bool


def second_opinion(
    pack: Pack,
    turn: Turn,
    answer: RouteAnswer,
    confidence: float,
    reflex: Understanding,
    ranking: Sequence[Scored],
    attempts: Sequence[Attempt],
) -> Second | None:
    """What to do by a model's answer; None if it is nothing that may be done."""
    intent = Intent.parse(answer.intent)
    if intent in exclusions(attempts):
        return None
    answered = _to_pending(turn, answer, confidence) if turn.pending is not None and not attempts else None
    if answered is not None:
        agrees = reflex.operation == answered.intent.name
        bounded = _bounded(pack, answered.intent, answered.confidence, agrees)
        return Second(replace(answered, confidence=bounded), agrees)
    if intent.route in _CASES and intent not in [each.intent for each in ranking[:_LIKELY]]:
        return None
    agrees = intent == intent_of(reflex) or (bool(ranking) and ranking[0].intent == intent)
    return Second(Plan(intent, _bounded(pack, intent, confidence, agrees)), agrees)


def intent_of(found: Understanding) -> Intent:
    """The intent that an understanding has become of."""
    return Intent(found.route, found.operation or found.fact or "")


def _to_pending(turn: Turn, answer: RouteAnswer, confidence: float) -> Plan | None:
    """How the message answers the open question. Yes only has it asked again: consent is the customer's own words."""
    pending = turn.pending
    if pending is None:
        return None
    wish = operation(pending.operation)
    if answer.confirmation == "no":
        return Plan(wish, confidence, Confirmation.NO, pending)
    if answer.confirmation != "none":
        reading = Confirmation.EDIT if pending.kind is PendingKind.CONFIRM else None
        return Plan(wish, confidence, reading, pending)
    if answer.intent == wish.label and pending.kind is PendingKind.NEEDS_INFO:
        return Plan(wish, confidence, pending=pending)
    return None


def _bounded(pack: Pack, intent: Intent, confidence: float, agrees: bool) -> float:
    """Below the bound under which changes are asked about, if a model alone thinks that a change is wanted."""
    spec = pack.operations.get(intent.name) if intent.route is Route.OPERATION else None
    if spec is None or not spec.changes or agrees:
        return confidence
    return asked_about(pack, confidence)


def asked_about(pack: Pack, confidence: float) -> float:
    """So unsure that the verifier asks before it changes anything."""
    return min(confidence, max(0.0, pack.tenant.route.write_confidence - 0.01))


def quoted_arguments(
    spec: Operation,
    quotes: Iterable[Quoted],
    turn: Turn,
    zone: str,
    lookups: Mapping[str, tuple[str, ...]],
    placeholders: Placeholders,
) -> dict[str, Argument]:
    """The arguments whose quotes stand in the customer's words and say a value; all others are dropped."""
    found: dict[str, Argument] = {}
    sources = Sources(turn, ZoneInfo(zone), lookups=lookups)
    for quoted in quotes:
        argument_spec = spec.arguments.get(quoted.name)
        if argument_spec is None or quoted.name in found:
            continue
        quotes_said = _plain(quoted.quote, placeholders)
        for evidence in (place for said in quotes_said for place in _places(argument_spec, said, turn)):
            try:
                value = derive(quoted.name, argument_spec, evidence, sources)
            except EvidenceError:
                continue
            found[quoted.name] = Argument(name=quoted.name, value=value, evidence=evidence)
            break
    return found


def _plain(quote: str, placeholders: Placeholders) -> tuple[str, ...]:
    """What the customer may have written where the model read `quote`."""
    try:
        return tuple(said.strip(_ROUND) for said in readings(unescape(quote), placeholders))
    except PrivacyError:  # a placeholder that the model made up
        return ()


def _places(spec: ArgumentSpec, quote: str, turn: Turn) -> Iterator[ArgumentEvidence]:
    """Where the words stand: in this message, or, for an identifier, in one of the latest."""
    for start, end in _spans(turn.text, quote):
        said = turn.text[start:end]
        yield ArgumentEvidence(source=EvidenceSource.TEXT, quote=said, turn=turn.ref.turn, start=start, end=end)
    if spec.type != "identifier":
        return
    for exchange in reversed(turn.history[-_PAST:]):
        for start, end in _spans(exchange.customer, quote):
            said = exchange.customer[start:end]
            yield ArgumentEvidence(source=EvidenceSource.HISTORY, quote=said, turn=exchange.turn, start=start, end=end)


def _spans(text: str, quote: str) -> Iterator[tuple[int, int]]:
    if not quote:
        return
    for haystack, needle in ((text, quote), (fold(text), fold(quote))):
        if len(haystack) != len(text):
            continue
        start = haystack.find(needle)
        while start >= 0:
            yield start, start + len(needle)
            start = haystack.find(needle, start + 1)


def weighed(
    spec: Operation, reflex: Sequence[Argument], model: Mapping[str, Argument]
) -> tuple[tuple[Argument, ...], bool]:
    """Both sides' arguments together, and whether they contradict each other.

    A value with a form of its own is the reflex's, which knows corrections; free words that it found nowhere in the
    message are the model's.
    """
    together = {argument.name: argument for argument in reflex}
    contradicts = False
    for name, argument in model.items():
        own = together.get(name)
        if own is None or own.evidence.source is not EvidenceSource.TEXT:
            together[name] = argument
        elif own.value != argument.value:
            contradicts = True
            if spec.arguments[name].type in FREE_TYPES:
                together[name] = argument
    return tuple(together[name] for name in spec.arguments if name in together), contradicts
