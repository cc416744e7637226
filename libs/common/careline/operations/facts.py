"""The customer's basic facts, by the pack's own queries."""

from __future__ import annotations

import re

from careline.contracts.base import JsonScalar
from careline.contracts.understanding import CustomerFacts
from careline.tenants.expressions import holds
from careline.tenants.model import Pack

from .columns import to_json
from .reads import Connection, quoted

# `:customer`, but not the cast `::customer`.
_CUSTOMER = re.compile(r"(?<!:):customer\b")


async def read_facts(connection: Connection, pack: Pack, customer: str | None) -> CustomerFacts:
    """Runs inside a tenant transaction, whose search path it sets. Values are JSON scalars (decimals and times as
    text). A column without a row is None; an anonymous visitor is not known and has no facts."""
    if customer is None:
        return CustomerFacts()
    await connection.fetch("SELECT set_config('search_path', $1, true)", quoted(pack.business_schema))
    values: dict[str, JsonScalar] = {}
    for query in pack.profile.queries:
        for row in await connection.fetch(compiled(query), customer):
            values.update({name: to_json(value) for name, value in dict(row).items()})
    return CustomerFacts(known=is_known(pack, values), values=values)


def compiled(query: str) -> str:
    """A profile query with its parameter. Joined to a single row, so that its columns exist (as NULL) without one."""
    inner = _CUSTOMER.sub("$1::text", query.strip().rstrip(";"))
    return f"SELECT q.* FROM (SELECT 1) AS one LEFT JOIN ({inner}) AS q ON true LIMIT 1"  # noqa: S608


def is_known(pack: Pack, values: dict[str, JsonScalar]) -> bool:
    """Whether the pack's `known` holds."""
    return holds(pack.profile.known, {"facts": {**values, "known": True}})
