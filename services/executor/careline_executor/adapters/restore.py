"""Writes recorded values back, row by row, and only onto rows that still are as they were left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.operations.columns import to_column
from careline.operations.errors import MissingRows, UnknownName
from careline.operations.reads import Connection, Query, qualified, quoted, table_of
from careline.storage.sealed import OpeningConnection
from careline.tenants.model import Pack, Table

from .effects import Written
from .statements import OWN


async def write_back(
    connection: Connection, pack: Pack, changes: Sequence[RowChange], tenant: str, customer: str | None
) -> Written:
    """All changes in order, inside the caller's transaction. Sealed columns are sealed for `customer`, whose rows these
    are; that they are as they were left was read in this transaction. Raises MissingRows when a row is not as `old`
    says, SealedUnreadable, UnresolvedValue, UnknownName."""
    written = Written()
    for change in changes:
        stored = await _stored(connection, pack, change, customer)
        if len(await connection.fetch(*_arguments(_statement(pack, stored, tenant)))) != 1:
            raise MissingRows(f"undo {change.action} {change.table}: the row is not as it was left")
        written.diff.append(change)
        written.rows.append(change)
    return written


async def _stored(connection: Connection, pack: Pack, change: RowChange, customer: str | None) -> RowChange:
    """The change as it is for the database: its new values closed where their columns are sealed, and no condition on
    sealed ones, of which no two are alike."""
    hidden = {name for name in (*change.old, *change.new) if f"{change.table}.{name}" in pack.profile.sealed}
    if not hidden or not isinstance(connection, OpeningConnection) or customer is None:
        return change
    new = dict(change.new)
    for name in hidden & new.keys():
        if isinstance(value := new[name], str):
            new[name] = await connection.seal(customer, f"{change.table}.{name}", value)
    old = {name: value for name, value in change.old.items() if name not in hidden}
    return change.model_copy(update={"old": old, "new": new})


def _arguments(query: Query) -> tuple[Any, ...]:
    return (query.sql, *query.values)


def _statement(pack: Pack, change: RowChange, tenant: str) -> Query:
    table = table_of(pack, change.table)
    name = qualified(pack, change.table)
    match change.action:
        case "insert":
            values = _typed(table, change.new)
            columns = ", ".join(('"tenant"', *map(quoted, values)))
            places = ", ".join(f"${number}" for number in range(1, len(values) + 2))
            sql = f"INSERT INTO {name} ({columns}) VALUES ({places}) RETURNING true"  # noqa: S608
            return Query(sql, (tenant, *values.values()))
        case "delete":
            condition, where = _condition(table, {**change.key, **change.old}, 1)
            return Query(f"DELETE FROM {name} WHERE {condition} RETURNING true", where)  # noqa: S608
        case _:
            values = _typed(table, change.new)
            assigned = ", ".join(f"{quoted(column)} = ${number}" for number, column in enumerate(values, start=1))
            condition, where = _condition(table, {**change.key, **change.old}, 1 + len(values))
            sql = f"UPDATE {name} SET {assigned} WHERE {condition} RETURNING true"  # noqa: S608
            return Query(sql, (*values.values(), *where))


def _condition(table: Table, cells: Mapping[str, JsonScalar], first: int) -> tuple[str, tuple[Any, ...]]:
    """The row whose columns still have these values."""
    values = _typed(table, cells)
    same = (f"{quoted(column)} IS NOT DISTINCT FROM ${number}" for number, column in enumerate(values, start=first))
    return " AND ".join((OWN, *same)), tuple(values.values())


def _typed(table: Table, cells: Mapping[str, JsonScalar]) -> dict[str, Any]:
    unknown = [column for column in cells if column not in table.columns]
    if unknown:
        raise UnknownName(f"no column {unknown[0]!r} any more")
    return {column: to_column(value, table.columns[column], column) for column, value in cells.items()}
