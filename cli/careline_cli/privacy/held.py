"""Everything that this system's database holds about one customer, store by store.

A store says how its rows are found; business tables are those that references lead to from the customer's row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from careline.tenants.model import Data
from careline.tenants.schema import quote


@dataclass(frozen=True, slots=True)
class Store:
    """`condition` finds a customer's rows of `table` by $1 (tenant) and $2 (customer); `fate`: what becomes of them.
    What is deleted is deleted by conversation, whose id is in the column `key`."""

    name: str
    table: str
    condition: str
    fate: str  # delete, or the reason why they stay
    key: str = "conversation"


# Who signed in, who was recognised by a code, and what the log still has of conversations that were purged.
CONVERSATIONS = """
SELECT c.id FROM gateway.conversations c
WHERE c.tenant = $1 AND $2 IN (c.state -> 'identity' ->> 'customer', c.state -> 'proof' ->> 'customer')
UNION SELECT l.conversation FROM insight.turn_log l
WHERE l.tenant = $1 AND l.type = 'turn.received' AND l.body #>> '{turn,identity,customer}' = $2
UNION SELECT e.conversation FROM ledger.entries e WHERE e.tenant = $1 AND e.customer = $2
UNION SELECT s.conversation FROM gateway.consents s WHERE s.tenant = $1 AND s.customer = $2
"""
_ACCOUNTS = "stays: the ledger is append-only for everybody, as accounts have to be"
_HERS = "tenant = $1 AND customer = $2"
_THEIR_CONVERSATIONS = f"tenant = $1 AND conversation IN ({CONVERSATIONS})"
_INTENTS = f"tenant = $1 AND id IN (SELECT id FROM ledger.intents WHERE {_HERS})"  # noqa: S608
# A conversation may have had another customer before: only what names nobody is taken from it.
_THEIRS_OR_NOBODYS = f"tenant = $1 AND (customer = $2 OR (customer IS NULL AND {_THEIR_CONVERSATIONS}))"
_OURS = (
    Store("turn log", "insight.turn_log", _THEIR_CONVERSATIONS, "delete"),
    Store("messages", "gateway.entries", _THEIR_CONVERSATIONS, "delete"),
    Store("turns", "gateway.turns", _THEIR_CONVERSATIONS, "delete"),
    Store("consents", "gateway.consents", _THEIR_CONVERSATIONS, "delete"),
    Store("one-time codes", "gateway.challenges", _THEIR_CONVERSATIONS, "delete"),
    Store("conversations", "gateway.conversations", f"tenant = $1 AND id IN ({CONVERSATIONS})", "delete", key="id"),
    Store("operations", "ledger.entries", _HERS, _ACCOUNTS),
    Store("refused operations", "ledger.refusals", _THEIRS_OR_NOBODYS, _ACCOUNTS),
    Store("operations in other systems", "ledger.intents", _HERS, _ACCOUNTS),
    Store("what became of those", "ledger.outcomes", _INTENTS, _ACCOUNTS),
    Store("cases", "ledger.cases", _THEIRS_OR_NOBODYS, _ACCOUNTS),
    Store("audit", "privacy.audit", _HERS, "stays: it proves what was done"),
)
_BUSINESS = "stays: the business's own records; their sealed columns cannot be opened any more"


def stores(schema: str, data: Data) -> tuple[Store, ...]:
    """Ours and the business's, in the order in which rows can be deleted."""
    return (*_OURS, *_business(schema, data))


def _business(schema: str, data: Data) -> list[Store]:
    """Tables reached from the customer's row by references, each by the shortest way."""
    start = data.customer
    conditions = {start.table: f"tenant = $1 AND {quote(start.column)}::text = $2"}
    while found := _next(schema, data, conditions):
        conditions |= found
    return [
        Store(f"business: {name}", f"{quote(schema)}.{quote(name)}", condition, _BUSINESS)
        for name, condition in conditions.items()
    ]


def _next(schema: str, data: Data, known: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, table in data.tables.items():
        if name in known or name in found:
            continue
        for column, target in table.references.items():
            parent, _, key = target.partition(".")
            if parent in known:
                rows = f"SELECT {quote(key)} FROM {quote(schema)}.{quote(parent)} WHERE {known[parent]}"  # noqa: S608
                found[name] = f"tenant = $1 AND {quote(column)} IN ({rows})"
                break
    return found


async def count(connection: Any, store: Store, tenant: str, customer: str) -> int:
    """How many rows of the customer there are."""
    sql = f"SELECT count(*) FROM {store.table} WHERE {_typed(store.condition)}"  # noqa: S608
    number: int = await connection.fetchval(sql, tenant, customer)
    return number


async def rows(connection: Any, store: Store, tenant: str, customer: str) -> list[dict[str, Any]]:
    """The rows themselves, as JSON values."""
    sql = f"SELECT to_jsonb(t)::text AS row FROM {store.table} t WHERE {_typed(store.condition)}"  # noqa: S608
    return [json.loads(row["row"]) for row in await connection.fetch(sql, tenant, customer)]


async def delete(connection: Any, store: Store, tenant: str, conversations: list[str]) -> int:
    """Deletes what it has of these conversations; how many rows."""
    sql = f"DELETE FROM {store.table} WHERE tenant = $1 AND {quote(store.key)} = ANY($2)"  # noqa: S608
    done: str = await connection.execute(sql, tenant, conversations)
    return int(done.rpartition(" ")[2])


def _typed(condition: str) -> str:
    """Both parameters are texts, also where only one of them is asked for."""
    return f"{condition} AND $1::text IS NOT NULL AND $2::text IS NOT NULL"
