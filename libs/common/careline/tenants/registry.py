"""Which pack a tenant uses now: from control.tenants, cached in the process, never older than a second."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import orjson
from pydantic import ValidationError

from careline.storage import Pool, TransientStorageError, translated

from .errors import PackUnreadable, UnknownTenant
from .pack import Pack

log = logging.getLogger(__name__)
Key = tuple[str, str]  # a pack's name and version

MAX_AGE_S = 0.8
MAX_TENANTS = 20_000
MAX_PACKS = 32


class Registry:
    """Looks packs up by tenant. A tenant that is asked for is looked at again (one row by its key) after MAX_AGE_S.

    While the database is away, what is known stays in use.
    """

    def __init__(
        self, pool: Pool, *, max_age_s: float = MAX_AGE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._max_age_s = max_age_s
        self._clock = clock
        self._tenants: dict[str, tuple[Key, float]] = {}
        self._packs: dict[Key, Pack] = {}
        self._loading = asyncio.Lock()

    async def pack(self, tenant: str) -> Pack:
        """The tenant's pack. Raises UnknownTenant, PackUnreadable, StorageError."""
        known = self._tenants.get(tenant)
        if known is not None and self._clock() - known[1] < self._max_age_s and known[0] in self._packs:
            return self._packs[known[0]]
        try:
            return await self._look_up(tenant)
        except TransientStorageError as error:
            if known is None or known[0] not in self._packs:
                raise
            log.warning("the registry cannot be read (%s); tenant %s keeps its pack", error, tenant)
            self._tenants[tenant] = (known[0], self._clock())
            return self._packs[known[0]]

    async def packs(self) -> tuple[Pack, ...]:
        """Every pack version that some tenant uses now, by name. Raises PackUnreadable, StorageError."""
        with translated():
            rows = await self._pool.fetch("SELECT DISTINCT pack, version FROM control.tenants ORDER BY 1, 2")
        return tuple([await self._load((row["pack"], row["version"])) for row in rows])

    async def tenants(self) -> dict[str, tuple[str, str]]:
        """Every tenant with its pack's name and version. Raises StorageError."""
        with translated():
            rows = await self._pool.fetch("SELECT id, pack, version FROM control.tenants ORDER BY id")
        return {row["id"]: (row["pack"], row["version"]) for row in rows}

    async def _look_up(self, tenant: str) -> Pack:
        now = self._clock()
        with translated():
            row = await self._pool.fetchrow("SELECT pack, version FROM control.tenants WHERE id = $1", tenant)
        if row is None:
            self._tenants.pop(tenant, None)
            raise UnknownTenant(f"there is no tenant {tenant!r}; `careline tenant publish` makes one")
        key = (row["pack"], row["version"])
        pack = await self._load(key)
        if len(self._tenants) >= MAX_TENANTS:
            self._tenants.clear()
        self._tenants[tenant] = (key, now)
        return pack

    async def _load(self, key: Key) -> Pack:
        if key in self._packs:
            return self._packs[key]
        async with self._loading:
            if key in self._packs:
                return self._packs[key]
            with translated():
                query = "SELECT document::text FROM control.packs WHERE name = $1 AND version = $2"
                document = await self._pool.fetchval(query, *key)
            # Parsing a large pack takes longer than a turn may wait.
            pack = await asyncio.to_thread(parse_pack, key, document)
            while len(self._packs) >= MAX_PACKS:
                self._packs.pop(next(iter(self._packs)))
            self._packs[key] = pack
            return pack


def parse_pack(key: Key, document: str | None) -> Pack:
    """The pack of a stored document. Raises PackUnreadable."""
    name, version = key
    if document is None:
        raise PackUnreadable(f"version {version} of pack {name} is not stored; publish the pack again")
    try:
        return Pack.model_validate(orjson.loads(document) | {"version": version})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
        raise PackUnreadable(
            f"version {version} of pack {name} does not fit this release ({problems}); publish the pack again"
        ) from error
