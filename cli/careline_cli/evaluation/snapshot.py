"""The business rows of a tenant as they are in the database, and what changed between two looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.tenants.model import Pack

Row = dict[str, JsonScalar]
Snapshot = dict[str, list[Row]]
Connection = asyncpg.Connection | PoolConnectionProxy


async def snapshot(connection: Connection, pack: Pack, tenant: str) -> Snapshot:
    """All business rows of a tenant, by table."""
    schema = f"biz_{pack.tenant.name.replace('-', '_')}"
    tables: Snapshot = {}
    async with connection.transaction(readonly=True):
        await connection.execute("SELECT set_config('careline.tenant', $1, true)", tenant)
        for table, spec in pack.data.tables.items():
            columns = ", ".join(f'"{column}"' for column in spec.columns)
            rows = await connection.fetch(
                f'SELECT {columns} FROM {schema}."{table}" WHERE tenant = $1',  # noqa: S608 - names of the pack
                tenant,
            )
            tables[table] = [{column: plain(value) for column, value in row.items()} for row in rows]
    return tables


def changes(pack: Pack, before: Snapshot, after: Snapshot) -> tuple[RowChange, ...]:
    """Every row that was written between two looks, by the tables' keys."""
    found: list[RowChange] = []
    for table, spec in pack.data.tables.items():
        old, new = _keyed(before[table], spec.key), _keyed(after[table], spec.key)
        for key in sorted(old.keys() | new.keys(), key=str):
            change = _change(table, dict(zip(spec.key, key, strict=True)), old.get(key), new.get(key))
            if change:
                found.append(change)
    return tuple(found)


def plain(value: object) -> JsonScalar:
    """A database value as JSON has it: dates as ISO text, exact decimals as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def _keyed(rows: list[Row], key: tuple[str, ...] | list[str]) -> Mapping[tuple[JsonScalar, ...], Row]:
    return {tuple(row[column] for column in key): row for row in rows}


def _change(table: str, key: Row, old: Row | None, new: Row | None) -> RowChange | None:
    if old is None:
        return RowChange(table=table, action="insert", key=key, new=new or {})
    if new is None:
        return RowChange(table=table, action="delete", key=key, old=old)
    changed = [column for column in new if old[column] != new[column]]
    if not changed:
        return None
    return RowChange(
        table=table, action="update", key=key, old={c: old[c] for c in changed}, new={c: new[c] for c in changed}
    )
