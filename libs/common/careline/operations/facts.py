"""The customer's basic facts, by the pack's own queries."""

from __future__ import annotations

from careline.contracts.base import JsonScalar
from careline.contracts.understanding import CustomerFacts
from careline.tenants.expressions import holds
from careline.tenants.model import Pack
from careline.tenants.queries import parse_query

from .columns import to_json
from .reads import Connection


async def read_facts(connection: Connection, pack: Pack, customer: str | None) -> CustomerFacts:
    """Runs inside `db.tenant(tenant, schema=pack.business_schema)`: the queries name tables without their schema.

    Values are JSON scalars (decimals and times as text). A column without a row is None; an anonymous visitor is not
    known and has no facts.
    """
    if customer is None:
        return CustomerFacts()
    values: dict[str, JsonScalar] = {}
    for query in map(parse_query, pack.profile.queries):
        found = await connection.fetch(query.sql, customer)
        row = dict(found[0]) if found else dict.fromkeys(query.columns)
        values.update({name: to_json(value) for name, value in row.items()})
    return CustomerFacts(known=is_known(pack, values), values=values)


def is_known(pack: Pack, values: dict[str, JsonScalar]) -> bool:
    """Whether the pack's `known` holds."""
    return holds(pack.profile.known, {"facts": {**values, "known": True}})
