"""What an answer means for an operation: it is done, it was refused, it was not done, or nobody knows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from careline.contracts.base import JsonScalar
from careline.tenants.expressions import ExpressionError, holds
from careline.tenants.model import Call, RemoteRefusal, Status, Words

from .answers import Answer, value_at
from .errors import CallError, NotSent

DECLINED = "declined"
# Errors that say nothing about what was done: still at work, too early, or one that an intermediary made up.
_UNCLEAR = frozenset({408, 409, 425})
_LATER = 429


@dataclass(frozen=True, slots=True)
class Done:
    """It was done; `result` are the values that the pack keeps."""

    result: dict[str, JsonScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declined:
    """The system said no."""

    reason: str
    words: Words


@dataclass(frozen=True, slots=True)
class NotDone:
    """It has not been done; another attempt may do better."""

    why: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been done. `refusal`: an error was answered, so that "it never came" of a status query means no."""

    why: str
    refusal: bool = False


Verdict = Done | Declined | NotDone | Unclear


def judge(effect: Call, answer: Answer) -> Verdict:
    """The answer to the call itself."""
    if answer.status >= 500 or answer.status in (408, 425):
        return Unclear(f"status {answer.status}")
    declined = said_no(effect.refusals, answer)
    if declined is not None:
        return declined
    if answer.status == _LATER:
        return NotDone("the system asks to come back later")
    if answer.error or answer.status in _UNCLEAR:
        if effect.status is None and answer.error:
            return Declined(DECLINED, effect.refused)
        return Unclear("an error that says nothing of what was done", refusal=True)
    if answer.status >= 400:
        return Declined(DECLINED, effect.refused)
    if answer.status >= 300 or not answer.whole:
        return Unclear("an answer that is not as described")
    if effect.done is not None and not _holds(effect.done, answer):
        return Unclear("accepted, not yet done")
    return _done(effect.result, answer)


def judge_status(effect: Call, status: Status, answer: Answer, *, refusal: bool = False) -> Verdict:
    """The answer to the query what became of it. `refusal`: see Unclear."""
    if answer.status >= 500:
        return Unclear(f"the query had status {answer.status}")
    declined = said_no(status.refusals, answer)
    if declined is not None:
        return declined
    if _holds(status.done, answer):
        return _done(status.result, answer)
    if _holds(status.absent, answer):
        return Declined(DECLINED, effect.refused) if refusal else NotDone("the system does not know of it")
    return Unclear("the query gave no clear answer", refusal)


def judge_error(error: CallError) -> Verdict:
    """A call without an answer."""
    text = f"{type(error).__name__}: {error}"
    return NotDone(text) if isinstance(error, NotSent) else Unclear(text)


def said_no(refusals: Iterable[RemoteRefusal], answer: Answer) -> Declined | None:
    """The first declared refusal that the answer is."""
    for refusal in refusals:
        if _holds(refusal.when, answer):
            return Declined(refusal.reason, refusal.say)
    return None


def _done(result: Mapping[str, str], answer: Answer) -> Done | Unclear:
    try:
        return Done({name: value_at(answer.content, path) for name, path in result.items()})
    except ValueError as error:
        return Unclear(str(error))


def _holds(expression: str, answer: Answer) -> bool:
    try:
        return holds(expression, answer.scope())
    except ExpressionError:  # it speaks of what this answer does not have
        return False
