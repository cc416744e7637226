"""A tenant's rows in Postgres: which to load, and the loading."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from careline.storage.sealed import Sealing

from .cells import Row
from .data import Table
from .errors import RowsError
from .generator import LIMIT_S
from .pack import Pack
from .rows import RowSet, read_rows
from .schema import SQL_TYPES, quote
from .sealed import owner_column

BATCH = 5000


@dataclass(frozen=True, slots=True)
class RowOptions:
    """How rows come about: `folder` is the pack's; None publishes without rows. `reload` replaces those there are;
    `limit_s` is how long generate.py may take."""

    folder: Path | None = None
    customers: int = 200
    seed: int = 7
    reload: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    limit_s: float = LIMIT_S


async def found_rows(pack: Pack, options: RowOptions, status: str) -> RowSet | None:
    """The rows to load; None when those there are stay, or none are wanted."""
    if options.folder is None or (status in ("loaded", "copied") and not options.reload):
        return None
    return await read_rows(options.folder, pack.data, options.environ, options.customers, options.seed, options.limit_s)


async def fill(
    pack: Pack, connection: Any, tenant: str, found: RowSet | None, status: str, environ: Mapping[str, str]
) -> tuple[str, str, dict[str, int]]:
    """Loads what was found in place of what the tenant has; the rows' new status, its detail, and how many rows each
    table has. `status` is the one before; `environ` has the keys of sealed columns. Raises RowsError when Postgres
    refuses a row, SealedUnreadable, BadKeyRing."""
    schema = pack.business_schema
    if found is None and status not in ("loaded", "copied"):
        return "none", "published without rows", {}
    if found is None:
        return "kept", "", await count_rows(connection, schema, pack.data.tables, tenant)
    if found.status == "absent":
        counts = await count_rows(connection, schema, pack.data.tables, tenant) if status != "none" else {}
        return ("kept" if any(counts.values()) else "absent"), found.detail, counts
    sealing = Sealing.load(environ)
    for name, table in pack.data.tables.items():
        try:
            rows = await _sealed(pack, connection, tenant, sealing, name, found.tables.get(name, []))
            await _load(connection, f"{quote(schema)}.{quote(name)}", tenant, table, rows)
        except (asyncpg.DataError, asyncpg.ProgramLimitExceededError, ValueError) as error:
            raise RowsError(f"Postgres refuses the rows of {name}: {error}") from error
    return "loaded", found.detail, {name: len(found.tables.get(name, [])) for name in pack.data.tables}


async def _sealed(pack: Pack, connection: Any, tenant: str, sealing: Sealing, name: str, rows: list[Row]) -> list[Row]:
    """The rows of a table with its sealed columns closed. Without keys they stay open."""
    columns = list(pack.data.tables[name].columns)
    closed = [place for place, column in enumerate(columns) if f"{name}.{column}" in pack.profile.sealed]
    owner = owner_column(pack.data, name)
    if not closed or owner is None or sealing.ring is None:
        return rows
    await connection.execute("SELECT set_config('careline.tenant', $1, true)", tenant)
    whose, found = columns.index(owner), []
    for row in rows:
        cells = list(row)
        for place in (place for place in closed if cells[place] is not None):
            column, text = f"{name}.{columns[place]}", str(cells[place])
            cells[place] = await sealing.seal(connection, tenant, str(cells[whose]), column, text)
        found.append(tuple(cells))
    return found


async def _load(connection: Any, where: str, tenant: str, table: Table, rows: list[Row]) -> None:
    await connection.execute(f"DELETE FROM {where} WHERE tenant = $1", tenant)  # noqa: S608
    columns = ", ".join(map(quote, table.columns))
    arrays = ", ".join(f"${n}::{SQL_TYPES[c.type]}[]" for n, c in enumerate(table.columns.values(), start=2))
    sql = f"INSERT INTO {where} (tenant, {columns}) SELECT $1, * FROM unnest({arrays})"  # noqa: S608
    for start in range(0, len(rows), BATCH):
        await connection.execute(sql, tenant, *map(list, zip(*rows[start : start + BATCH], strict=True)))


async def analyse(pack: Pack, connection: Any) -> None:
    """Tells the planner what the pack's tables hold now. Outside of the loading's transaction: holding its locks
    meanwhile can meet autovacuum's in the opposite order, and one of the two is then given up."""
    for name in pack.data.tables:
        await connection.execute(f"ANALYZE {quote(pack.business_schema)}.{quote(name)}")


async def count_rows(connection: Any, schema: str, tables: Mapping[str, Any], tenant: str) -> dict[str, int]:
    """How many rows of each table belong to `tenant`."""
    counts = {}
    for name in tables:
        query = f"SELECT count(*) FROM {quote(schema)}.{quote(name)} WHERE tenant = $1"  # noqa: S608
        counts[name] = await connection.fetchval(query, tenant)
    return counts
