"""The verifier's own reading of a requested operation: what ought to be said or done, from what it read itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from careline.contracts.turn import RowChange
from careline.operations.rules import AlreadySo, Missing, Proceed, Refused, wants_confirmation
from careline.operations.survey import Survey
from careline.operations.wording import Wording
from careline.tenants.model import Operation, Pack


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule forbids it."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Success:
    """Nothing is to be written: a look-up, or it is so already."""

    text: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Arguments are missing."""

    missing: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Rows would change; `question` asks for the customer's consent where the pack wants it."""

    diff: tuple[RowChange, ...]
    question: str
    confirm: bool


@dataclass(frozen=True, slots=True)
class Impossible:
    """The effect has no rows to work on."""


Reading = Refusal | Success | Question | Change | Impossible


def read_operation(
    pack: Pack, operation: Operation, language: str, found: Survey, diff: tuple[RowChange, ...] | None
) -> Reading:
    """`diff` is the preview of the effect, None when it has no rows. Raises WordsError, ExpressionError."""
    wording = Wording(pack, language, found.situation)
    match found.decision:
        case Refused(reason, words):
            return Refusal(reason, wording.plain(words))
        case AlreadySo(reason, words):
            return Success(wording.plain(words), reason)
        case Missing(names):
            return Question(names, wording.asking(operation, names))
        case Proceed():
            if diff is None:
                return Impossible()
            if not diff:
                return Success(wording.done(operation, ()))
            return Change(diff, wording.question(operation, diff), wants_confirmation(operation, found.situation))
        case _:
            assert_never(found.decision)
