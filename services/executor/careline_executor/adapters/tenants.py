"""Which tenants have packs with other systems."""

from __future__ import annotations

from careline.storage import Database, translated
from careline.tenants.model import Pack
from careline.tenants.registry import Registry


class PostgresTenants:
    """Implements `ports.Tenants`. The registry is made at first use, when the database is connected."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry: Registry | None = None

    async def with_systems(self) -> list[tuple[str, Pack]]:
        if self._registry is None:
            self._registry = Registry(self._database.pool)
        found = []
        for pack in await self._registry.packs():
            if not pack.systems:
                continue
            with translated():
                rows = await self._database.pool.fetch(_TENANTS, pack.name, pack.version)
            found += [(row["id"], pack) for row in rows]
        return found


_TENANTS = "SELECT id FROM control.tenants WHERE pack = $1 AND version = $2 ORDER BY id"
