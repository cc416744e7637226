"""The customer's basic facts, by the pack's own queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.understanding import CustomerFacts
from careline.tenants.expressions import holds
from careline.tenants.model import Pack
from careline.tenants.queries import parse_query

from .columns import to_json
from .reads import Connection, Query


async def read_facts(connection: Connection, pack: Pack, customer: str | None) -> CustomerFacts:
    """Runs inside `db.tenant(tenant, schema=pack.business_schema)`: the queries name tables without their schema.

    Values are JSON scalars (decimals and times as text). A column without a row is None; an anonymous visitor is not
    known and has no facts.
    """
    if customer is None:
        return CustomerFacts()
    queries = facts_queries(pack, customer)
    found = [await connection.fetch(query.sql, *query.values) for query in queries]
    return facts_of(pack, (dict(rows[0]) if rows else None for rows in found), queries)


def facts_queries(pack: Pack, customer: str | None) -> list[Query]:
    """What `read_facts` asks for, in its order."""
    if customer is None:
        return []
    return [
        Query(query.sql, (customer,), query.columns, single=True) for query in map(parse_query, pack.profile.queries)
    ]


def facts_of(pack: Pack, found: Iterable[Mapping[str, Any] | None], queries: Iterable[Query]) -> CustomerFacts:
    """The facts of the first row of each query; None for one that has none."""
    values: dict[str, JsonScalar] = {}
    for query, row in zip(queries, found, strict=True):
        values.update({name: to_json(value) for name, value in (row or dict.fromkeys(query.columns)).items()})
    return CustomerFacts(known=is_known(pack, values), values=values)


def is_known(pack: Pack, values: dict[str, JsonScalar]) -> bool:
    """Whether the pack's `known` holds."""
    return holds(pack.profile.known, {"facts": {**values, "known": True}})
