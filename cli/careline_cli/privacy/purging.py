"""Deletes what is older than a pack's policy keeps: conversations untouched since, events of the turn log.

The database does it (`insight.purge`), for this command as for the service that does it every day.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline_cli.errors import CommandError

from .erasing import pack_of

_PORTION = 10_000
_EVERYTHING = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Purge:
    """Rows by store that are older than the days that the policy keeps them."""

    tenant: str
    days: Mapping[str, int]
    rows: Mapping[str, int]


async def tenants(connection: Any) -> tuple[str, ...]:
    """Every business with a pack."""
    return tuple(row["id"] for row in await connection.fetch("SELECT id FROM control.tenants ORDER BY id"))


async def purge(connection: Any, tenant: str, actor: str, *, dry_run: bool) -> Purge:
    """In portions, each a transaction with an audit entry; with `dry_run` all of it is rolled back. `connection` is the
    owner's. Raises CommandError for an unknown tenant, and while somebody else purges."""
    if dry_run:
        transaction = connection.transaction()
        await transaction.start()
        try:
            return await _portions(connection, tenant, actor, _EVERYTHING)
        finally:
            await transaction.rollback()
    return await _portions(connection, tenant, actor, _PORTION)


async def _portions(connection: Any, tenant: str, actor: str, portion: int) -> Purge:
    async with connection.transaction(readonly=False):
        await pack_of(connection, tenant)  # says so where there is none
    rows: Counter[str] = Counter()
    while True:
        done = json.loads(await connection.fetchval("SELECT insight.purge($1, $2, $3)::text", tenant, actor, portion))
        if done["state"] == "busy":
            raise CommandError("Somebody else is purging just now.", "Nothing more was deleted: try again in a moment.")
        rows.update(done["rows"])
        if done["state"] == "done":
            return Purge(tenant, done["days"], {name: rows[name] for name in done["rows"]})
