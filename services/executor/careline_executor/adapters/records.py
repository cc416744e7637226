"""The SQL of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from careline.contracts.reply import Approval
from careline.contracts.turn import RowChange
from careline.storage import Connection

from ..ports import Settlement


async def recorded(connection: Connection, tenant: str, key: str) -> Settlement | None:
    """What became of an approval before, if anything."""
    row = await connection.fetchrow(_COMMITTED, tenant, key)
    if row is not None:
        return _committed(row, key)
    row = await connection.fetchrow(_REFUSED, tenant, key)
    if row is not None:
        return Settlement(status=row["status"], reason=row["reason"], text=row["text"], diff=_changes(row["diff"]))
    return None


async def before(connection: Connection, approval: Approval) -> Settlement | None:
    """What stands before an approval, in one look: what became of it already, or that it is void, because its turn is
    over or has changed something else; None if nothing does."""
    row = await connection.fetchrow(BEFORE, *before_values(approval))
    assert row is not None, "outer joins have a row"
    return stands_before(dict(row), approval)


def before_values(approval: Approval) -> tuple[Any, ...]:
    """The parameters of BEFORE."""
    ref = approval.ref
    return ref.tenant, approval.idempotency_key, ref.conversation, ref.turn, ref.epoch


def stands_before(row: Mapping[str, Any], approval: Approval) -> Settlement | None:
    """What the row of BEFORE says."""
    if row["committed"]:
        return _committed(row, approval.idempotency_key)
    if row["status"] is not None:
        return Settlement(row["status"], row["refused_for"], row["refused_with"], _changes(row["refused_diff"]))
    return Settlement("void") if row["other"] or not row["current"] else None


async def has_other(connection: Connection, approval: Approval) -> bool:
    """Whether something else was done for the same turn already, or is under way in another system: a turn changes one
    thing at most."""
    ref = approval.ref
    found: bool = await connection.fetchval(_OTHER, ref.tenant, approval.idempotency_key, ref.conversation, ref.turn)
    return found


async def append(
    connection: Connection,
    asked_at: datetime,
    approval: Approval,
    approved: tuple[RowChange, ...],
    settled: Settlement,
    version: str,
    undoes: str | None = None,
) -> None:
    """One committed operation. Raises ConstraintViolated when the key is there already, or the entry it undoes is
    undone."""
    await connection.execute(_APPEND, *_entry(asked_at, approval, approved, settled, version, undoes))


def _entry(
    asked_at: datetime,
    approval: Approval,
    approved: tuple[RowChange, ...],
    settled: Settlement,
    version: str,
    undoes: str | None,
) -> tuple[Any, ...]:
    ref, identity = approval.ref, approval.identity
    return (
        ref.tenant,
        approval.idempotency_key,
        ref.conversation,
        ref.turn,
        ref.epoch,
        approval.operation,
        identity.visitor,
        identity.customer,
        [argument.model_dump(mode="json") for argument in approval.arguments],
        _json(approved),
        approval.diff_hash,
        _json(settled.diff),
        settled.result,
        settled.reason,
        settled.text,
        settled.case,
        approval.model_dump(mode="json"),
        version,
        asked_at,
        undoes,
    )


async def refuse(connection: Connection, approval: Approval, settled: Settlement) -> None:
    """An approval that ended without a write."""
    ref = approval.ref
    await connection.execute(
        _REFUSE,
        ref.tenant,
        approval.idempotency_key,
        ref.conversation,
        ref.turn,
        approval.operation,
        [argument.model_dump(mode="json") for argument in approval.arguments],
        approval.diff_hash,
        settled.status,
        settled.reason,
        settled.text,
        _json(settled.diff),
        approval.identity.visitor,
        approval.identity.customer,
        approval.model_dump(mode="json"),
    )


async def next_case(connection: Connection, tenant: str) -> int:
    """The tenant's next case number; others wait for it until this transaction ends."""
    number: int = await connection.fetchval(_NEXT_CASE, tenant)
    return number


async def file_case(connection: Connection, number: int, approval: Approval, language: str) -> None:
    """The case itself, as its arguments have it."""
    ref, values = approval.ref, {argument.name: argument.value for argument in approval.arguments}
    await connection.execute(
        _FILE_CASE,
        ref.tenant,
        number,
        values["kind"],
        values["text"],
        ref.conversation,
        ref.turn,
        approval.identity.visitor,
        approval.identity.customer,
        language,
    )


def _committed(row: Any, key: str) -> Settlement:
    return Settlement(
        status="committed",
        reason=row["reason"],
        text=row["text"],
        diff=_changes(row["written"]),
        ledger_entry=key,
        case=row["case_number"],
        result=row["result"],
    )


def _json(changes: tuple[RowChange, ...]) -> list[dict[str, Any]]:
    return [change.model_dump(mode="json") for change in changes]


def _changes(stored: list[dict[str, Any]]) -> tuple[RowChange, ...]:
    return tuple(RowChange.model_validate(change) for change in stored)


# $1: tenant, $2: the approval's key, $3: conversation, $4: turn
_ANOTHER = """
EXISTS (SELECT FROM ledger.entries WHERE tenant = $1 AND conversation = $3 AND turn = $4 AND id <> $2)
    OR EXISTS (SELECT FROM ledger.intents i WHERE tenant = $1 AND conversation = $3 AND turn = $4 AND id <> $2
               AND NOT EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id)
               AND NOT EXISTS (SELECT FROM ledger.outcomes o
                               WHERE o.tenant = i.tenant AND o.id = i.id AND o.status IN ('void', 'not_done')))
"""
_OTHER = f"SELECT {_ANOTHER}"
# $5: epoch. Every value stands in a column of its own, as a sealed one is opened by row.
BEFORE = f"""
SELECT e.id IS NOT NULL AS committed, e.reason, e."text", e.written, e.case_number, e.result,
       r.status, r.reason AS refused_for, r."text" AS refused_with, r.diff AS refused_diff,
       coalesce(c.epoch = $5 AND c.turn = $4, false) AS current, {_ANOTHER} AS other
FROM (SELECT) AS one
LEFT JOIN ledger.entries e ON e.tenant = $1 AND e.id = $2
LEFT JOIN ledger.refusals r ON r.tenant = $1 AND r.id = $2
LEFT JOIN gateway.conversations c ON c.tenant = $1 AND c.id = $3
"""  # noqa: S608
_COMMITTED = """
SELECT reason, "text", written, case_number, result FROM ledger.entries WHERE tenant = $1 AND id = $2
"""
_REFUSED = """
SELECT status, reason, "text", diff FROM ledger.refusals WHERE tenant = $1 AND id = $2
"""
_APPEND = """
INSERT INTO ledger.entries (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, written, result, reason, "text", case_number, approval, pack_version,
                            asked_at, undoes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""
_REFUSE = """
INSERT INTO ledger.refusals (tenant, id, conversation, turn, operation, arguments, diff_hash, status, reason,
                             "text", diff, visitor, customer, approval)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING
"""
_NEXT_CASE = """
INSERT INTO ledger.case_counters AS c (tenant, last) VALUES ($1, 1)
ON CONFLICT (tenant) DO UPDATE SET last = c.last + 1
RETURNING last
"""
_FILE_CASE = """
INSERT INTO ledger.cases (tenant, number, kind, "text", conversation, turn, visitor, customer, language)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
