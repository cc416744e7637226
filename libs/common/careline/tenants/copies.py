"""Fresh copies of a tenant's business rows under another name, and their removal: what evaluations play on."""

from __future__ import annotations

from typing import Any

import asyncpg
import orjson

from .data import schema_of
from .errors import TenantExists, UnknownTenant
from .publish import CHANNEL, check_tenant_name
from .schema import quote


async def copy_tenant(connection: Any, source: str, target: str) -> int:
    """Copy all business rows of `source` to a new tenant `target` of the same pack version; how many rows.

    One statement in one transaction. `connection` is the owner's. Raises UnknownTenant, TenantExists, BadTenantName.
    """
    check_tenant_name(target)
    schema, tables = await _tables_of(connection, source)
    parts = []
    for index, (name, columns) in enumerate(tables.items()):
        where, listed = f"{quote(schema)}.{quote(name)}", ", ".join(map(quote, columns))
        parts.append(
            f"c{index} AS (INSERT INTO {where} (tenant, {listed}) SELECT $2::text, {listed} FROM {where} "  # noqa: S608
            "WHERE tenant = $1 RETURNING 1)"
        )
    total = " + ".join(f"(SELECT count(*) FROM c{index})" for index in range(len(tables)))  # noqa: S608
    sql = f"WITH new AS ({_COPY}), {', '.join(parts)} SELECT {total} FROM new"  # noqa: S608
    try:
        async with connection.transaction():
            copied = await connection.fetchval(sql, source, target)
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, target)
    except asyncpg.UniqueViolationError as error:
        raise TenantExists(f"there is a tenant {target} already; drop it first, or choose another name") from error
    return int(copied)


async def drop_tenant(connection: Any, tenant: str) -> int:
    """Remove a tenant and its business rows; how many rows. What services keep of its conversations stays.

    `connection` is the owner's. Raises UnknownTenant.
    """
    schema, tables = await _tables_of(connection, tenant)
    removed = 0
    async with connection.transaction():
        for name in tables:
            done = await connection.execute(f"DELETE FROM {quote(schema)}.{quote(name)} WHERE tenant = $1", tenant)  # noqa: S608
            removed += int(done.rpartition(" ")[2])
        await connection.execute("DELETE FROM control.tenants WHERE id = $1", tenant)
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, tenant)
    return removed


async def _tables_of(connection: Any, tenant: str) -> tuple[str, dict[str, list[str]]]:
    """The schema of the tenant's pack, and the columns of each table."""
    row = await connection.fetchrow(_TABLES, tenant)
    if row is None:
        raise UnknownTenant(f"there is no tenant {tenant!r}")
    tables = orjson.loads(row["tables"])
    return schema_of(row["pack"]), {name: list(table["columns"]) for name, table in tables.items()}


_COPY = """
INSERT INTO control.tenants (id, pack, version, rows_status, rows_detail)
SELECT $2::text, pack, version,
    CASE WHEN rows_status = 'loaded' THEN 'copied' ELSE rows_status END, 'copy of ' || $1::text
FROM control.tenants WHERE id = $1 RETURNING id
"""
_TABLES = """
SELECT t.pack, (p.document -> 'data' -> 'tables')::text AS tables
FROM control.tenants t JOIN control.packs p ON p.name = t.pack AND p.version = t.version WHERE t.id = $1
"""
