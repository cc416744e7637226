"""Keeps the customers of published packs apart: the policies of `ownership.py`, made or brought up to date."""

from __future__ import annotations

from typing import Any

import orjson

from careline.storage.fence import fence_key

from .data import Data, schema_of
from .ownership import policies, present
from .schema import grants


async def keep_apart(connection: Any, schema: str, data: Data) -> tuple[str, ...]:
    """Row-level security as the pack's references want it; the tables for which it was made or changed.

    `connection` is the owner's, inside of a transaction. Doing it twice changes nothing.
    """
    before = await present(connection, schema)
    changed = [policy for policy in policies(schema, data) if before.get(policy.table) != policy.mark]
    for policy in changed:
        await connection.execute(policy.sql)
    return tuple(policy.table for policy in changed)


async def keep_all_apart(connection: Any) -> tuple[str, ...]:
    """The same for every pack in use, as the version says to which a tenant switched last: tables that an earlier
    release made get the policies of this one. What was changed, as "schema.table".

    `connection` is the owner's, after the migrations and outside of a transaction.
    """
    changed: list[str] = []
    for row in await connection.fetch(_IN_USE):
        schema, data = schema_of(row["pack"]), Data.model_validate(orjson.loads(row["data"]))
        async with connection.transaction():
            # As a publication, which does the same.
            await connection.execute("SELECT pg_advisory_xact_lock($1)", fence_key("publish", row["pack"]))
            tables = await keep_apart(connection, schema, data)
            if tables:
                await connection.execute(grants(schema, data))
        changed += [f"{schema}.{table}" for table in tables]
    return tuple(changed)


_IN_USE = """
SELECT DISTINCT ON (t.pack) t.pack, (p.document -> 'data')::text AS data
FROM control.tenants t JOIN control.packs p ON (p.name, p.version) = (t.pack, t.version)
ORDER BY t.pack, t.switched_at DESC, p.published_at DESC
"""
