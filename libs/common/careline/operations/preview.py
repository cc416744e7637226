"""The verifier's reading of an effect: which rows would change how, from rows that it read itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from careline.contracts.turn import RowChange
from careline.tenants.model import Delete, Insert, Operation, Pack, RowEffect, Update

from .diffs import deleted, inserted, updated
from .errors import MissingRows
from .reads import Connection, Query, rows, select, table_of
from .resolve import NEXT, mark, resolve
from .situation import Row, Situation

Matched = Sequence[tuple[Row, ...]]  # for each effect the rows it is about; none for an insert


def preview(pack: Pack, operation: Operation, situation: Situation, matched: Matched) -> tuple[RowChange, ...]:
    """The row changes of all effects, in order. Raises MissingRows, UnresolvedValue, ExpressionError."""
    changes: list[RowChange] = []
    for effect, found in zip(operation.row_effects, matched, strict=True):
        changes.extend(_changes(pack, effect, situation, found))
    return tuple(changes)


async def matched_rows(connection: Connection, pack: Pack, operation: Operation, situation: Situation) -> Matched:
    """What `preview` needs, read with any role that may read the business's tables."""
    return [await rows(connection, about(pack, effect, situation)) for effect in operation.row_effects]


def about(pack: Pack, effect: RowEffect, situation: Situation) -> Query | None:
    """The query for the rows that an effect is about."""
    if isinstance(effect, Insert):
        return None
    columns = list(table_of(pack, effect.table).key)
    if isinstance(effect, Update):
        columns += [name for name in effect.set if name not in columns]
        return select(pack, effect.table, effect.where, situation, columns)
    return select(pack, effect.table, effect.where, situation)


def new_values(pack: Pack, effect: Update | Insert, situation: Situation) -> dict[str, Any]:
    """The typed values an effect gives its columns; a `{next: ...}` is left out, being known only to the write."""
    columns = table_of(pack, effect.table).columns
    declared = effect.set if isinstance(effect, Update) else effect.values
    return {
        name: resolve(value, columns[name], situation, name)
        for name, value in declared.items()
        if mark(value, columns[name]) != NEXT
    }


def _changes(pack: Pack, effect: RowEffect, situation: Situation, found: tuple[Row, ...]) -> list[RowChange]:
    if isinstance(effect, Insert):
        values = new_values(pack, effect, situation)
        return [inserted(pack, effect, {name: values.get(name) for name in effect.values})]
    if not found:
        raise MissingRows(f"{effect.action} {effect.table}: no row is named")
    if isinstance(effect, Delete):
        return [deleted(pack, effect.table, row) for row in found]
    values = new_values(pack, effect, situation)
    changes = [updated(pack, effect.table, row, values, effect.set) for row in found]
    return [change for change in changes if change is not None]
