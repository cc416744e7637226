"""Carries out declared effects on a connection and says exactly what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.operations.columns import to_json
from careline.operations.diffs import deleted, inserted, updated
from careline.operations.errors import MissingRows
from careline.operations.reads import Connection, Query, table_of
from careline.operations.situation import Situation
from careline.tenants.model import Delete, Insert, Next, Operation, Pack, RowEffect, Update

from . import statements
from .sealing import sealed


@dataclass(slots=True)
class Written:
    """`diff` with marks, as previews and approvals have it; `rows` with the values as written; `result`: those of the
    marks for numbers, by table.column."""

    diff: list[RowChange] = field(default_factory=list)
    rows: list[RowChange] = field(default_factory=list)
    result: dict[str, JsonScalar] = field(default_factory=dict)


def numbered_tables(operation: Operation) -> set[str]:
    """The tables in which the effect draws a next number."""
    inserts = [effect for effect in operation.row_effects if isinstance(effect, Insert)]
    return {effect.table for effect in inserts if any(isinstance(value, Next) for value in effect.values.values())}


async def carry_out(
    connection: Connection, pack: Pack, operation: Operation, situation: Situation, tenant: str
) -> Written:
    """All effects in order, inside the caller's transaction. Raises MissingRows, UnresolvedValue, ExpressionError."""
    written = Written()
    for effect in operation.row_effects:
        await _carry_out(connection, pack, effect, situation, tenant, written)
    return written


async def _carry_out(
    connection: Connection, pack: Pack, effect: RowEffect, situation: Situation, tenant: str, written: Written
) -> None:
    write = write_of(pack, effect, situation, tenant)
    query = write.query if write is not None else None
    if not isinstance(effect, Delete) and query is not None:
        query = await sealed(connection, pack, effect, situation, query)
    rows = await _rows(connection, query)
    if isinstance(effect, Insert):
        _note_insert(pack, effect, rows[0], written)
        return
    if not rows:
        raise MissingRows(f"{effect.action} {effect.table}: no row is named")
    for row in rows:
        _note(pack, effect, row, written)


def write_of(pack: Pack, effect: RowEffect, situation: Situation, tenant: str) -> statements.Write | None:
    """The statement of an effect; None when it can name no row. Raises UnresolvedValue, ExpressionError."""
    match effect:
        case Insert():
            return statements.insert(pack, effect, situation, tenant)
        case Update():
            return statements.update(pack, effect, situation)
        case Delete():
            return statements.delete(pack, effect, situation)


async def _rows(connection: Connection, query: Query | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    return [dict(row) for row in await connection.fetch(query.sql, *query.values)]


def _note_insert(pack: Pack, effect: Insert, row: dict[str, Any], written: Written) -> None:
    written.diff.append(inserted(pack, effect, {name: row[name] for name in effect.values}))
    cells = {name: to_json(row[name]) for name in effect.values}
    table = table_of(pack, effect.table)
    key = {name: to_json(row[name]) for name in table.key}
    written.rows.append(RowChange(table=effect.table, action="insert", key=key, new=cells))
    for name in statements.largest(table, effect.values):
        written.result[f"{effect.table}.{name}"] = cells[name]


def _note(pack: Pack, effect: Update | Delete, row: dict[str, Any], written: Written) -> None:
    if isinstance(effect, Delete):
        change = deleted(pack, effect.table, row)
        written.diff.append(change)
        written.rows.append(change)
        return
    if not row["touched"]:
        return
    old = {**statements.part(row, "k_"), **statements.part(row, "o_")}
    new = statements.part(row, "n_")
    marked = updated(pack, effect.table, old, new, effect.set)
    exact = updated(pack, effect.table, old, new)
    if marked is not None and exact is not None:
        written.diff.append(marked)
        written.rows.append(exact)
