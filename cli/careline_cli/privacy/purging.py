"""Deletes what is older than a pack's policy keeps: conversations untouched since, events of the turn log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .erasing import AUDIT, pack_of


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
    """One transaction with an audit entry; with `dry_run` only counted. `connection` is the owner's."""
    async with connection.transaction(readonly=dry_run):
        pack = await pack_of(connection, tenant)
        days = pack.policy.retention.model_dump()
        rows: dict[str, int] = {}
        for name, kind, table, condition in _STORES:
            if dry_run:
                sql = f"SELECT count(*) FROM {table} WHERE tenant = $1 AND {condition}"  # noqa: S608
                rows[name] = await connection.fetchval(sql, tenant, days[kind])
            else:
                sql = f"DELETE FROM {table} WHERE tenant = $1 AND {condition}"  # noqa: S608
                done: str = await connection.execute(sql, tenant, days[kind])
                rows[name] = int(done.rpartition(" ")[2])
        if not dry_run and any(rows.values()):
            await connection.execute(AUDIT, tenant, None, "purge", actor, json.dumps({"rows": rows, "days": days}))
        return Purge(tenant, days, rows)


_AGED = "updated_at < now() - make_interval(days => $2)"
# No turn is in flight and nobody is awaited: whoever is being served is not old.
_OLD = f"{_AGED} AND turn IS NULL AND owner = 'bot'"
_OF_OLD = f"conversation IN (SELECT id FROM gateway.conversations WHERE tenant = $1 AND {_OLD})"  # noqa: S608
_STORES = (
    ("messages", "conversations", "gateway.entries", _OF_OLD),
    ("turns", "conversations", "gateway.turns", _OF_OLD),
    ("conversations", "conversations", "gateway.conversations", _OLD),
    ("turn log", "turn_log", "insight.turn_log", "at < now() - make_interval(days => $2)"),
)
