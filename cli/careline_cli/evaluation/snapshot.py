"""The business rows of a tenant as they are in the database, and what changed between two looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.tenants.model import Pack

Row = dict[str, JsonScalar]
Connection = asyncpg.Connection | PoolConnectionProxy


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows by table, and a digest of each table's rows as the database has them."""

    rows: dict[str, list[Row]]
    digests: dict[str, str]


async def snapshot(connection: Connection, pack: Pack, tenant: str, before: Snapshot | None = None) -> Snapshot:
    """All business rows of a tenant, by table. Tables that the database says are as they were in `before` are taken
    from there: most questions write nothing, and reading everything each time would be most of an evaluation's work."""
    rows: dict[str, list[Row]] = {}
    digests: dict[str, str] = {}
    async with connection.transaction(readonly=True, isolation="repeatable_read"):
        await connection.execute("SELECT set_config('careline.tenant', $1, true)", tenant)
        for table, spec in pack.data.tables.items():
            columns = ", ".join(f'"{column}"' for column in spec.columns)
            key = ", ".join(f'"{column}"' for column in spec.key)
            where = f'{pack.business_schema}."{table}" WHERE tenant = $1'
            digests[table] = await connection.fetchval(
                f"SELECT coalesce(md5(string_agg(ROW({columns})::text, '|' ORDER BY {key})), '') FROM {where}",  # noqa: S608
                tenant,
            )
            if before and before.digests[table] == digests[table]:
                rows[table] = before.rows[table]
                continue
            found = await connection.fetch(f"SELECT {columns} FROM {where}", tenant)  # noqa: S608 - names of the pack
            rows[table] = [{column: plain(value) for column, value in row.items()} for row in found]
    return Snapshot(rows, digests)


def changes(pack: Pack, before: Snapshot, after: Snapshot) -> tuple[RowChange, ...]:
    """Every row that was written between two looks, by the tables' keys."""
    found: list[RowChange] = []
    for table, spec in pack.data.tables.items():
        if before.digests[table] == after.digests[table]:
            continue
        old, new = _keyed(before.rows[table], spec.key), _keyed(after.rows[table], spec.key)
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
