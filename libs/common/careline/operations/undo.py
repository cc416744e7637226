"""Taking back what the ledger has: which entry is meant, whether it may be undone, and what that would change. Pure.

Refused with: nothing_to_undo, not_undoable (the pack does not allow it, or not to the customer), undone_already,
too_late, changed_since (the rows are not any more as the entry left them), code_needed (as to do it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Identity, RowChange
from careline.tenants.expressions import evaluate
from careline.tenants.model import Operation, Pack, Undo

from .rules import CODE_NEEDED, Decision, Proceed, Refused
from .situation import proof_of, typed

NOTHING = "nothing_to_undo"
NOT_UNDOABLE = "not_undoable"
UNDONE = "undone_already"
TOO_LATE = "too_late"
CHANGED = "changed_since"

RowName = tuple[str, tuple[tuple[str, JsonScalar], ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A committed operation as the ledger has it. `at` is when it was asked for."""

    id: str
    operation: str
    customer: str | None
    args: Mapping[str, JsonScalar]
    written: tuple[RowChange, ...]
    result: Mapping[str, JsonScalar]
    at: datetime
    undone: bool


def decide_undo(pack: Pack, entry: Entry | None, identity: Identity, now: datetime) -> Decision:
    """Whether the entry may be taken back by whom asks now, as far as the ledger tells."""
    words = pack.replies.undo
    if entry is None:
        return Refused(NOTHING, words.nothing)
    operation = pack.operations.get(entry.operation)
    undo = operation.undo if operation else None
    if undo is None or (undo.by == "person" and identity.agent is None):
        return Refused(NOT_UNDOABLE, words.not_undoable)
    if operation is not None and operation.assurance == "code" and proof_of(identity) != "code":
        return Refused(CODE_NEEDED, pack.replies.recognition.needed)
    if entry.undone:
        return Refused(UNDONE, words.undone)
    if identity.agent is None and undo.within is not None and entry.at + undo.within <= now:
        return Refused(TOO_LATE, words.too_late)
    return Proceed()


def undo_of(pack: Pack, entry: Entry) -> Undo:
    """How the entry is undone; raises KeyError if the pack has none for it (see `decide_undo`)."""
    undo = pack.operations[entry.operation].undo
    if undo is None:
        raise KeyError(entry.operation)
    return undo


def inverse(written: Sequence[RowChange]) -> tuple[RowChange, ...]:
    """The changes that write the old values back, the last change first."""
    return tuple(_inverse(change) for change in reversed(written))


def _inverse(change: RowChange) -> RowChange:
    match change.action:
        case "insert":
            return change.model_copy(update={"action": "delete", "old": change.new, "new": {}})
        case "delete":
            return change.model_copy(update={"action": "insert", "old": {}, "new": change.old})
        case _:
            return change.model_copy(update={"old": change.new, "new": change.old})


def left_behind(written: Sequence[RowChange]) -> dict[RowName, dict[str, JsonScalar] | None]:
    """How the changes left each row: the columns they touched, or None for one that is gone."""
    rows: dict[RowName, dict[str, JsonScalar] | None] = {}
    for change in written:
        name = (change.table, tuple(change.key.items()))
        if change.action == "delete":
            rows[name] = None
        else:
            rows[name] = {**(rows.get(name) or {}), **change.new}
    return rows


def arguments_of(undo: Undo, entry: Entry, other: Operation) -> dict[str, Any]:
    """The typed arguments of the operation that undoes the entry. Raises ExpressionError, ValueError, TypeError,
    ArithmeticError for an expression that gives no such value."""
    diff = [change.model_dump(mode="json") for change in entry.written]
    scope = {"args": dict(entry.args), "result": dict(entry.result), "diff": diff}
    given = {name: evaluate(text, scope) for name, text in undo.arguments.items()}
    return {name: typed(spec, given.get(name)) for name, spec in other.arguments.items()}
