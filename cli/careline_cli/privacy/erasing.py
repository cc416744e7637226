"""Erases a customer: what can go goes at once, the data key is destroyed, tombstones and an audit entry stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from careline.contracts.topics import TOPICS
from careline.storage.fence import fence_key
from careline.tenants.model import Pack
from careline_cli.errors import CommandError

from .held import CONVERSATIONS, Store, count, delete, stores


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was found of a customer and what becomes of it: rows by store; `key`: whether there is a data key;
    `erased_before`: there is a tombstone already."""

    tenant: str
    customer: str
    deleted: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    key: bool = False
    erased_before: bool = False

    @property
    def nothing(self) -> bool:
        return not any(self.deleted.values()) and not any(n for n, _ in self.kept.values()) and not self.key


def elsewhere() -> tuple[str, ...]:
    """What no command reaches, and when it goes by itself."""
    days = max(topic.retention_ms for topic in TOPICS) / 86_400_000
    return (
        f"Kafka's topics, dead letters among them: gone with their retention, the longest {days:g} days",
        "cached facts: forgotten within seconds",
        "backups: as old as the newest that is kept; sealed columns in them stay closed without the key",
        "logs and traces: they never held the customer's words",
    )


async def plan_erasure(connection: Any, tenant: str, customer: str) -> Erasure:
    """What `erase` would do, in a transaction that changes nothing. Raises CommandError for an unknown tenant."""
    async with connection.transaction(readonly=True):
        pack = await pack_of(connection, tenant)
        return await _survey(connection, pack, tenant, customer)


async def erase(connection: Any, tenant: str, customer: str, actor: str) -> Erasure:
    """All or nothing. Doing it again finds what came since. `connection` is the owner's."""
    async with connection.transaction():
        pack = await pack_of(connection, tenant)
        found = await _survey(connection, pack, tenant, customer)
        conversations = [row["id"] for row in await connection.fetch(CONVERSATIONS, tenant, customer)]
        for conversation in sorted(conversations):
            # No turn is settled and no state written while it goes.
            await connection.execute("SELECT pg_advisory_xact_lock($1)", fence_key(tenant, conversation))
        await connection.execute(_TOMBSTONES, tenant, conversations)
        gone = {
            store.name: await delete(connection, store, tenant, conversations)
            for store in _all(pack)
            if store.fate == "delete"
        }
        await connection.execute(_DESTROY, tenant, customer)
        detail = {"deleted": gone, "kept": {name: number for name, (number, _) in found.kept.items()}}
        await connection.execute(AUDIT, tenant, customer, "erase", actor, json.dumps(detail))
        return Erasure(tenant, customer, gone, found.kept, found.key, found.erased_before)


async def pack_of(connection: Any, tenant: str) -> Pack:
    """The tenant's pack; from here on its rows are visible. Raises CommandError."""
    document = await connection.fetchval(_PACK, tenant)
    if document is None:
        raise CommandError(f"There is no tenant {tenant!r}.", "`careline tenant list` shows them.")
    await connection.execute("SELECT set_config('careline.tenant', $1, true)", tenant)
    return Pack.model_validate(json.loads(document))


async def _survey(connection: Any, pack: Pack, tenant: str, customer: str) -> Erasure:
    counts = {store: await count(connection, store, tenant, customer) for store in _all(pack)}
    key = await connection.fetchrow(_KEY, tenant, customer)
    return Erasure(
        tenant,
        customer,
        {store.name: number for store, number in counts.items() if store.fate == "delete"},
        {store.name: (number, store.fate) for store, number in counts.items() if store.fate != "delete" and number},
        key is not None and key["destroyed_at"] is None,
        key is not None and key["destroyed_at"] is not None,
    )


def _all(pack: Pack) -> tuple[Store, ...]:
    return stores(pack.business_schema, pack.data)


_PACK = """
SELECT p.document::text FROM control.tenants t JOIN control.packs p ON (p.name, p.version) = (t.pack, t.version)
WHERE t.id = $1
"""
_KEY = "SELECT destroyed_at FROM privacy.data_keys WHERE tenant = $1 AND customer = $2"
# Also for somebody who never had a key: what comes late makes none.
_DESTROY = """
INSERT INTO privacy.data_keys AS k (tenant, customer, under, sealed, destroyed_at) VALUES ($1, $2, '', NULL, now())
ON CONFLICT (tenant, customer) DO UPDATE SET sealed = NULL, destroyed_at = now() WHERE k.destroyed_at IS NULL
"""
_TOMBSTONES = """
INSERT INTO privacy.erased_conversations (tenant, conversation) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING
"""
AUDIT = "INSERT INTO privacy.audit (tenant, customer, action, actor, detail) VALUES ($1, $2, $3, $4, $5::text::jsonb)"
