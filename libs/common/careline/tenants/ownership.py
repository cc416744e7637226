"""Whose the rows of a table are, and the policies that keep customers apart.

A row belongs to the customer whose key stands in it, or to whom the row belongs that it refers to, by the shortest way.
A table from which no reference leads to the customer (a catalogue, a calendar) belongs to the tenant as a whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from careline.storage.roles import SERVICES, role_of

from .data import Data
from .schema import quote

# Asked from the last to the first of the alphabet: what is the customer's own is not looked at twice.
_NAMED, _OWN, _REACHED = "one_tenant", "own", "among_all"
_ROLES = ", ".join(map(role_of, SERVICES))
_TENANT = "(SELECT c.tenant FROM control.claim() c)"
_BOTH = "(SELECT c.tenant, c.customer FROM control.claim() c)"


@dataclass(frozen=True, slots=True)
class Owner:
    """`column` is the customer's key itself; or it refers to `parent`'s column `key`, whose row has the owner."""

    column: str
    parent: str | None = None
    key: str = ""


def owners(data: Data) -> dict[str, Owner]:
    """By table; those without a customer are not in it."""
    customer = data.customer
    own = f"{customer.table}.{customer.column}"
    found = {customer.table: Owner(customer.column)}
    while True:
        further: dict[str, Owner] = {}
        for name, table in data.tables.items():
            ways = [(column, *target.partition(".")[::2]) for column, target in table.references.items()]
            direct = [column for column, parent, key in ways if f"{parent}.{key}" == own]
            leading = [way for way in ways if way[1] in found]
            if name not in found and leading:
                further[name] = Owner(direct[0]) if direct else Owner(*leading[0])
        if not further:
            return found
        found |= further


@dataclass(frozen=True, slots=True)
class Policy:
    """The policies of one table, and by what they are recognised."""

    table: str
    sql: str
    mark: str


def policies(schema: str, data: Data) -> tuple[Policy, ...]:
    """For every table. The owner may load and copy rows though FORCE binds it too, unless it is a superuser anyway."""
    owned = owners(data)
    return tuple(_policy(schema, data, owned, name) for name in data.tables)


async def present(connection: Any, schema: str) -> dict[str, str]:
    """The marks of the policies that there are, by table."""
    return {row["name"]: row["mark"] for row in await connection.fetch(_PRESENT, schema, _OWN)}


def _policy(schema: str, data: Data, owned: dict[str, Owner], name: str) -> Policy:
    where = f"{quote(schema)}.{quote(name)}"
    mine = _mine(schema, data, owned, name) if name in owned else f"tenant = {_TENANT}"
    drops = "".join(f"DROP POLICY IF EXISTS {old} ON {where};" for old in ("owner", _NAMED, _OWN, _REACHED))
    sql = (
        f"ALTER TABLE {where} ENABLE ROW LEVEL SECURITY; ALTER TABLE {where} FORCE ROW LEVEL SECURITY;{drops}"
        f"CREATE POLICY owner ON {where} TO CURRENT_USER USING (true) WITH CHECK (true);"
        # Proves nothing, but lets the index be used that begins with the tenant.
        f"CREATE POLICY {_NAMED} ON {where} AS RESTRICTIVE TO {_ROLES} "
        f"USING (tenant = current_setting('careline.tenant', true));"
        f"CREATE POLICY {_OWN} ON {where} USING ({mine}) WITH CHECK ({mine});"
    )
    if name in owned:
        literal = "'" + name.replace("'", "''") + "'"
        reached = f"(SELECT c.tenant FROM control.claim() c WHERE {literal} = ANY (c.reach))"  # noqa: S608
        sql += f"CREATE POLICY {_REACHED} ON {where} FOR SELECT USING (tenant = {reached});"
    mark = hashlib.sha256(sql.encode()).hexdigest()[:16]
    return Policy(name, f"{sql}COMMENT ON POLICY {_OWN} ON {where} IS '{mark}';", mark)


def _mine(schema: str, data: Data, owned: dict[str, Owner], name: str, alias: str = "") -> str:
    """The condition on a row of `name` for being the customer's of the claim; `alias` is the row's in a subquery."""
    owner, row = owned[name], f"{alias}." if alias else ""
    column = f"{row}{quote(owner.column)}"
    if owner.parent is None:
        text = data.tables[name].columns[owner.column].type == "text"
        return f"({row}tenant, {column if text else column + '::text'}) = {_BOTH}"
    inner = f"{alias}p"
    whose = _mine(schema, data, owned, owner.parent, inner)
    parent = f"{quote(schema)}.{quote(owner.parent)} {inner}"
    return f"({row}tenant, {column}) IN (SELECT {inner}.tenant, {inner}.{quote(owner.key)} FROM {parent} WHERE {whose})"  # noqa: S608


_PRESENT = """
SELECT c.relname::text AS name, coalesce(obj_description(p.oid, 'pg_policy'), '') AS mark
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace s ON s.oid = c.relnamespace
WHERE s.nspname = $1 AND p.polname = $2
"""
