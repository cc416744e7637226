"""Whether a business knows a customer, as the database of the running stack has it."""

from __future__ import annotations

import json
from typing import Any

from careline.storage import StorageError
from careline.tenants.data import schema_of
from careline.tenants.schema import quote

from .publishing import connected

_EXAMPLES = 3


async def stranger_note(database: str, tenant: str, customer: str) -> str | None:
    """A sentence when `tenant` has no row of `customer`; None when it has one, or cannot be asked."""
    try:
        known, examples = await connected(database, _look_up, tenant, customer)
    except (StorageError, OSError):
        return None
    if known:
        return None
    some = f" It knows {', '.join(examples)}, for example." if examples else ""
    return f"{tenant} has no customer {customer!r} on record and answers as to a stranger.{some}"


async def _look_up(connection: Any, tenant: str, customer: str) -> tuple[bool, list[str]]:
    found = await connection.fetchrow(_CUSTOMER, tenant)
    if found is None:
        return True, []  # no such business: the gateway says so itself
    key = json.loads(found["key"])
    table = f"{quote(schema_of(found['pack']))}.{quote(key['table'])}"
    column = f"{quote(key['column'])}::text"
    where = f"FROM {table} WHERE tenant = $1"
    known = await connection.fetchval(f"SELECT EXISTS (SELECT 1 {where} AND {column} = $2)", tenant, customer)
    examples = await connection.fetch(f"SELECT {column} AS id {where} ORDER BY 1 LIMIT {_EXAMPLES}", tenant)
    return bool(known), [row["id"] for row in examples]


_CUSTOMER = """
SELECT t.pack, (p.document -> 'data' -> 'customer')::text AS key
FROM control.tenants t JOIN control.packs p ON (p.name, p.version) = (t.pack, t.version) WHERE t.id = $1
"""
