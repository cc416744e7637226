"""What executor and verifier find out about an undo, each with its own role, inside their transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.seals import content_hash
from careline.contracts.turn import RowChange
from careline.tenants.model import Call, Operation, Pack, Words

from .columns import to_column, to_json
from .errors import UnresolvedValue
from .facts import read_facts
from .guards import Asked
from .reads import Connection, qualified, quoted, table_of
from .rules import Proceed, Refused, decide_caller
from .situation import Situation, proof_of, proven_customer, situation
from .survey import Survey, survey
from .undo import CHANGED, NOT_UNDOABLE, Entry, arguments_of, decide_undo, inverse, left_behind, undo_of


@dataclass(frozen=True, slots=True)
class Undoing:
    """`found` is the decision on it. When it may go on: `entry` is what is undone, by `diff` written back, or by the
    `other` operation in its situation."""

    found: Survey
    entry: Entry | None = None
    diff: tuple[RowChange, ...] = ()
    other: tuple[Operation, Situation] | None = None

    @property
    def remote(self) -> Call | None:
        """The call to another system that undoes it, in the situation found."""
        return self.other[0].remote if self.other is not None else None


async def survey_undo(
    connection: Connection, pack: Pack, operation: Operation, asked: Asked, args: Mapping[str, Any], now: datetime
) -> Undoing:
    """As `survey`, for the built-in operation. Raises OperationError and ExpressionError for a defect of the pack."""
    customer = proven_customer(asked.identity)
    facts = await read_facts(connection, pack, customer)
    known = replace(situation(pack, now, customer, facts), args=args, proof=proof_of(asked.identity))
    decision = decide_caller(pack, operation, known) if asked.identity.agent is None else Proceed()
    if not isinstance(decision, Proceed):
        return Undoing(Survey(known, decision))
    entry = await _entry(connection, asked, args.get("entry"))
    decision = decide_undo(pack, entry, asked.identity, now)
    if not isinstance(decision, Proceed) or entry is None:
        return Undoing(Survey(known, decision))
    words = pack.replies.undo
    elsewhere = pack.operations[entry.operation].remote is not None  # rows that are not ours cannot be looked at
    if not elsewhere and not await _as_left(connection, pack, entry):
        return Undoing(Survey(known, Refused(CHANGED, words.changed)))
    undo = undo_of(pack, entry)
    if undo.operation is None:
        return Undoing(Survey(known, Proceed()), entry, inverse(entry.written))
    return await _by_another(connection, pack, entry, asked, known, words.not_undoable)


async def _by_another(
    connection: Connection, pack: Pack, entry: Entry, asked: Asked, known: Situation, else_say: Words
) -> Undoing:
    undo = undo_of(pack, entry)
    name = undo.operation or ""
    other = pack.operations[name]
    try:
        args = arguments_of(undo, entry, other)
    except (ValueError, TypeError, ArithmeticError):
        return Undoing(Survey(known, Refused(NOT_UNDOABLE, else_say)))
    found = await survey(connection, pack, other, replace(asked, operation=name), args, known.now)
    return Undoing(found, entry, other=(other, found.situation))


async def _entry(connection: Connection, asked: Asked, named: Any) -> Entry | None:
    """The entry named, if it is the customer's; without a name the last of this conversation that changed anything."""
    who = (proven_customer(asked.identity), asked.identity.visitor, asked.identity.agent is not None)
    if named is None:
        found = await connection.fetch(_LAST, *who, asked.ref.conversation, asked.ref.turn)
    else:
        found = await connection.fetch(_NAMED, *who, uuid.UUID(str(named)))
    return _read(found[0]) if found else None


def _read(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=str(row["id"]),
        operation=row["operation"],
        customer=row["customer"],
        args={argument["name"]: argument["value"] for argument in row["arguments"]},
        written=tuple(RowChange.model_validate(change) for change in row["written"]),
        result=row["result"],
        at=row["at"],
        undone=row["undone"],
    )


async def _as_left(connection: Connection, pack: Pack, entry: Entry) -> bool:
    """Whether every row still has the values that the entry gave it: their hash is compared."""
    left = left_behind(entry.written)
    now = [await _row(connection, pack, table, dict(key), cells) for (table, key), cells in left.items()]
    return content_hash(now) == content_hash(list(left.values()))


async def _row(
    connection: Connection, pack: Pack, name: str, key: Mapping[str, JsonScalar], cells: Mapping[str, JsonScalar] | None
) -> dict[str, JsonScalar] | None:
    table = table_of(pack, name)
    wanted = [column for column in (cells or key) if column in table.columns]
    try:
        values = [to_column(value, table.columns[column], column) for column, value in key.items()]
    except (KeyError, UnresolvedValue):  # a table that has changed since
        return {}
    condition = " AND ".join(f"{quoted(column)} = ${number}" for number, column in enumerate(key, start=1))
    found = await connection.fetch(
        f"SELECT {', '.join(map(quoted, wanted))} FROM {qualified(pack, name)} "  # noqa: S608
        f"WHERE \"tenant\" = current_setting('careline.tenant', true) AND {condition}",
        *values,
    )
    return {column: to_json(found[0][column]) for column in wanted} if found else None


_COLUMNS = """
SELECT id, operation, customer, arguments, written, result, coalesce(asked_at, committed_at) AS at,
       EXISTS (SELECT FROM ledger.entries u WHERE u.tenant = e.tenant AND u.undoes = e.id) AS undone
FROM ledger.entries e
WHERE tenant = current_setting('careline.tenant', true)
  AND (customer = $1 OR ($1::text IS NULL AND customer IS NULL AND (visitor = $2 OR $3)))"""
_LAST = f"""{_COLUMNS} AND conversation = $4 AND turn <> $5 AND undoes IS NULL AND case_number IS NULL
ORDER BY coalesce(asked_at, committed_at) DESC, committed_at DESC LIMIT 1"""
_NAMED = f"{_COLUMNS} AND id = $4"
