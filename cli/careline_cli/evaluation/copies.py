"""Fresh copies of the business's rows, a tenant each, made from one template and gone again at the end.

Whoever evaluates holds a database lock named after its template for as long as it lives. What an evaluation left that
was killed is therefore known by its lock being free, and the next one removes it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from careline.storage import fence_key
from careline.tenants.copies import copy_tenant, drop_tenant
from careline.tenants.errors import UnknownTenant

Connection = asyncpg.Connection | PoolConnectionProxy
_LOCK = "evaluation"


@dataclass(slots=True)
class Copies:
    """Makes copies of `template`."""

    pool: asyncpg.Pool
    template: str
    _numbers: count[int] = field(default_factory=lambda: count(1))

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """A tenant with fresh rows; removed at the end whatever happens."""
        tenant = f"{self.template}-{next(self._numbers)}"
        try:
            async with self.pool.acquire() as connection:
                await copy_tenant(connection, self.template, tenant)
            yield tenant
        finally:
            async with self.pool.acquire() as connection:
                await _drop(connection, tenant)


@asynccontextmanager
async def template_name(connection: Connection, tenant: str) -> AsyncIterator[str]:
    """A name for a template of `tenant`, locked on this connection, which has to stay open. What is left under it at
    the end is removed; first, what dead evaluations of this tenant have left."""
    stem = _tenant_name(f"{tenant}~eval-")
    await sweep(connection, stem)
    name = stem + uuid.uuid4().hex[:6]
    await connection.execute("SELECT pg_advisory_lock($1)", fence_key(_LOCK, name))
    try:
        yield name
    finally:
        await _drop_all(connection, name)
        await connection.execute("SELECT pg_advisory_unlock($1)", fence_key(_LOCK, name))


async def sweep(connection: Connection, stem: str) -> int:
    """Remove templates and copies of evaluations that are no more; how many. `stem`: what their names begin with."""
    found = await connection.fetch("SELECT id FROM control.tenants WHERE starts_with(id, $1) ORDER BY id", stem)
    names = dict.fromkeys(stem + row["id"].removeprefix(stem).partition("-")[0] for row in found)
    removed = 0
    for name in names:
        key = fence_key(_LOCK, name)
        if await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
            removed += await _drop_all(connection, name)
            await connection.execute("SELECT pg_advisory_unlock($1)", key)
    return removed


async def _drop_all(connection: Connection, template: str) -> int:
    found = await connection.fetch(
        "SELECT id FROM control.tenants WHERE id = $1 OR starts_with(id, $1 || '-')", template
    )
    for row in found:
        await _drop(connection, row["id"])
    return len(found)


async def _drop(connection: Connection, tenant: str) -> None:
    try:
        await drop_tenant(connection, tenant)
    except UnknownTenant:
        return  # it was never made, or is gone already


def _tenant_name(text: str) -> str:
    """A name that the registry accepts, with room for what follows; what is not allowed in one becomes a dash."""
    return re.sub(r"[^a-z0-9._~-]", "-", text.lower())[:60]
