"""Whether an operation may go on: pure, and the same for the executor and the verifier.

The order: who may ask at all; bounds of the arguments given; the pack's caller rules; arguments missing; the
operation's own checks; how often it was done (`guards.py`). The first that holds ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from careline.tenants.expressions import evaluate, holds
from careline.tenants.model import ArgumentSpec, Check, Operation, Pack, Words

from .situation import Situation

SIGN_IN = "sign_in"
CODE_NEEDED = "code_needed"


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule forbids it; `reason` is its code, `words` say so."""

    reason: str
    words: Words


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """Success without a write: what is asked for is so already."""

    reason: str
    words: Words


@dataclass(frozen=True, slots=True)
class Missing:
    """Arguments that have to be asked for, in the order of the pack."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proceed:
    """Nothing stands against it."""


Decision = Refused | AlreadySo | Missing | Proceed


def decide_caller(pack: Pack, operation: Operation, situation: Situation) -> Decision:
    """What can be decided before the operation's rows are read. Raises ExpressionError."""
    if operation.assurance != "anonymous" and situation.customer is None:
        return Refused(SIGN_IN, pack.replies.sign_in.say)
    if operation.assurance == "code" and situation.proof != "code":
        return Refused(CODE_NEEDED, pack.replies.recognition.needed)
    outside = _bounds(operation, situation)
    if isinstance(outside, Refused):
        return outside
    # A visitor nobody knows cannot meet rules about facts; an operation open to anybody does not ask for them.
    if situation.customer is not None or operation.assurance != "anonymous":
        ended = _first(pack.caller, situation)
        if ended is not None and not _admitted(operation, situation):
            return ended
    missing = tuple(
        name
        for name, spec in operation.arguments.items()
        if name in outside.names or (situation.args.get(name) is None and not spec.optional)
    )
    return Missing(missing) if missing else Proceed()


def _admitted(operation: Operation, situation: Situation) -> bool:
    return operation.admits is not None and holds(operation.admits, situation.scope())


def decide_checks(operation: Operation, situation: Situation) -> Decision:
    """What the operation's own checks say over the rows read. Raises ExpressionError."""
    return _first(operation.checks, situation) or Proceed()


def wants_confirmation(operation: Operation, situation: Situation) -> bool:
    """The pack's policy. A look-up is never confirmed. Raises ExpressionError."""
    if not operation.changes or operation.confirm == "never":
        return False
    return operation.confirm == "always" or holds(operation.confirm, situation.scope())


def _first(checks: tuple[Check, ...], situation: Situation) -> Refused | AlreadySo | None:
    scope = situation.scope()
    for check in checks:
        if holds(check.when, scope):
            ending = Refused if check.outcome == "refused" else AlreadySo
            return ending(check.reason, check.say)
    return None


def _bounds(operation: Operation, situation: Situation) -> Refused | Missing:
    """The first refusal of a value out of its bounds; else the names of those without a wording for it: ask again."""
    again: list[str] = []
    for name, spec in operation.arguments.items():
        value = situation.args.get(name)
        if value is None or within(spec, value, situation):
            continue
        if spec.out_of_range is not None:
            return Refused(spec.out_of_range.reason, spec.out_of_range.say)
        again.append(name)
    return Missing(tuple(again))


def within(spec: ArgumentSpec, value: Any, situation: Situation) -> bool:
    """Whether a typed value lies in [min, max] and is no longer than max_length."""
    if spec.max_length is not None and isinstance(value, str) and len(value) > spec.max_length:
        return False
    low, high = _bound(spec, spec.min, situation), _bound(spec, spec.max, situation)
    return (low is None or value >= low) and (high is None or value <= high)


def _bound(spec: ArgumentSpec, bound: int | float | str | None, situation: Situation) -> Any:
    if bound is None:
        return None
    if spec.type == "date":
        return evaluate(f"date({bound})", situation.scope())
    return Decimal(str(bound))
