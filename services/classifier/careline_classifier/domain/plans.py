"""What is to become of a turn: the decision before arguments are gathered.

An open question is looked at first. Does the message answer it, change it, fill in what was missing? Otherwise the
question is dropped and the message stands for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careline.contracts.turn import Argument, Pending, PendingKind
from careline.contracts.understanding import Confirmation, Route

from .arguments import changed
from .choice import Choice
from .intents import Intent, operation

# A new wish must be this clear to overrule values that answer an open question.
_CLEAR = 0.6
# A few words that are no question are an answer, unless they are as clear as this: names sound like anything.
_BRIEF = 5
_BRIEF_CLEAR = 0.93
# "That's fine, thanks" is said around answers, and wants nothing itself.
_NO_WISHES = (Route.OUT_OF_SCOPE, Route.SMALL_TALK)
# So few words without sense are no new wish: the question is asked again.
_MUMBLE = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """`pending` is set when the message belongs to the open question; its arguments then count as given."""

    intent: Intent
    confidence: float
    confirmation: Confirmation | None = None
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says in answer to an open question.

    `exact`: the pack's own words for yes or no, nothing else; `leading`: how it begins; `meant`: by its sense;
    `found`: arguments of the open operation in it; `rest`: the choice for what follows the leading word; `question`: it
    has the form of a question.
    """

    choice: Choice
    words: int
    question: bool = False
    found: Sequence[Argument] = ()
    exact: Confirmation | None = None
    leading: Confirmation | None = None
    meant: Confirmation | None = None
    rest: Choice | None = None


def plan(pending: Pending | None, heard: Heard) -> Plan:
    """The plan for a message. Pure."""
    if pending is not None:
        answer = _confirm(pending, heard) if pending.kind is PendingKind.CONFIRM else _fill(pending, heard)
        if answer is not None:
            return answer
    return Plan(heard.choice.intent, heard.choice.confidence)


def _confirm(pending: Pending, heard: Heard) -> Plan | None:
    if heard.exact is not None:
        return _answered(pending, heard.exact)
    differs = changed(heard.found, pending.arguments)
    if differs and not _other_wish(pending, heard.rest or heard.choice, _clear(heard)):
        return _answered(pending, Confirmation.EDIT)
    if heard.leading is not None:
        wish = heard.rest
        overruled = heard.leading is Confirmation.NO and wish is not None and _other_wish(pending, wish)
        return Plan(wish.intent, wish.confidence) if overruled and wish else _answered(pending, heard.leading)
    if heard.meant is not None and not _other_wish(pending, heard.choice):
        return _answered(pending, heard.meant)
    if heard.words <= _MUMBLE and heard.choice.intent.route is Route.OUT_OF_SCOPE:
        return _answered(pending, Confirmation.EDIT)
    return None


def _fill(pending: Pending, heard: Heard) -> Plan | None:
    """Values for what was missing; "no" gives the operation up."""
    given = any(argument.name in pending.missing for argument in heard.found)
    if given and heard.exact is None and not _other_wish(pending, heard.choice, _clear(heard)):
        return Plan(operation(pending.operation), 0.95, pending=pending)
    if heard.exact is Confirmation.NO or heard.leading is Confirmation.NO or heard.meant is Confirmation.NO:
        return None if _other_wish(pending, heard.rest or heard.choice) else _answered(pending, Confirmation.NO)
    if heard.choice.intent == operation(pending.operation) and changed(heard.found, pending.arguments):
        return Plan(heard.choice.intent, heard.choice.confidence, pending=pending)
    if heard.words <= _MUMBLE and heard.choice.intent.route is Route.OUT_OF_SCOPE:
        return Plan(operation(pending.operation), 0.5, pending=pending)
    return None


def _answered(pending: Pending, confirmation: Confirmation) -> Plan:
    return Plan(operation(pending.operation), 0.95, confirmation, pending)


def _clear(heard: Heard) -> float:
    return _BRIEF_CLEAR if heard.words <= _BRIEF and not heard.question else _CLEAR


def _other_wish(pending: Pending, choice: Choice, clear: float = _CLEAR) -> bool:
    """Whether the message clearly wants something else than the open operation."""
    other = choice.intent != operation(pending.operation) and choice.intent.route not in _NO_WISHES
    return other and choice.confidence >= clear
