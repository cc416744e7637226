"""Finds whom a visitor says to be, in the few columns that the gateway's role may read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from careline.storage import Database, Scope
from careline.tenants.model import Pack
from careline.tenants.schema import quote

from ..domain.errors import NotRecognised
from ..domain.recognition import Found
from .store import available


class PostgresVisitors:
    """Implements `ports.Visitors`; `pack` is the one that a tenant uses now."""

    def __init__(self, database: Database, pack: Callable[[str], Awaitable[Pack]]) -> None:
        self._database = database
        self._pack = pack

    async def find(self, tenant: str, identifier: str) -> Found | None:
        pack = await self._pack(tenant)
        wanted = pack.profile.recognise
        if wanted is None:
            raise NotRecognised("this business recognises nobody by a code")
        key, table = pack.data.customer.column, f"{quote(pack.business_schema)}.{quote(pack.data.customer.table)}"
        named = " OR ".join(f"lower({quote(column)}::text) = lower($2)" for column in wanted.find)
        email, phone = (quote(column) if column else "NULL" for column in (wanted.email, wanted.phone))
        query = (
            f"SELECT {quote(key)}::text AS customer, {email}::text AS email, {phone}::text AS phone FROM {table} "  # noqa: S608
            f"WHERE tenant = $1 AND ({named}) LIMIT 2"
        )
        with available():
            scope = Scope(reach=(pack.data.customer.table,))
            async with self._database.tenant(tenant, scope=scope, readonly=True) as connection:
                rows = await connection.fetch(query, tenant, identifier.strip())
        return Found(**dict(rows[0])) if len(rows) == 1 else None
