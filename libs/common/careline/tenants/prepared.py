"""What a service makes of each pack version before it can serve it (a trained head, an index), made beforehand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from careline.runtime import Health
from careline.storage import Database, StorageError

from .errors import TenantError
from .pack import Pack
from .registry import Registry

log = logging.getLogger(__name__)
T = TypeVar("T")
Key = tuple[str, str]  # a pack's name and version

EVERY_S = 1.0
RETRY_S = 10.0


class NotPrepared(TenantError, OSError):
    """No version of the pack is ready yet; another attempt may succeed (hence an OSError)."""


class PreparedPacks(Generic[T]):
    """A component. On start it prepares every pack version in use; afterwards it watches for new ones.

    While a new version is being prepared, the last one that is ready serves: `of` gives pack and preparation of the
    same version. Well only when every version in use is prepared. `prepare` must not block the event loop.
    """

    def __init__(self, database: Database, prepare: Callable[[Pack], Awaitable[T]]) -> None:
        self._database = database
        self._prepare = prepare
        self._registry: Registry | None = None
        self._ready: dict[Key, tuple[Pack, T]] = {}
        self._making: dict[Key, asyncio.Task[None]] = {}
        self._failed: dict[Key, str] = {}
        self._trouble = "starting"
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when every version in use is prepared, or has failed to be. Raises StorageError."""
        self._registry = Registry(self._database.pool)
        await self._refresh()
        if self._making:
            await asyncio.wait(self._making.values())
        self._watching = asyncio.create_task(self._watch(), name="prepared-packs")

    async def stop(self) -> None:
        tasks = [task for task in (self._watching, *self._making.values()) if task is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    def health(self) -> Health:
        """Which versions are not ready, and why."""
        making = [f"preparing {name} {version}" for name, version in self._making]
        failed = [f"{name} {version}: {reason}" for (name, version), reason in self._failed.items()]
        problems = [*([self._trouble] if self._trouble else []), *making, *failed]
        return Health(not problems, "; ".join(problems))

    async def of(self, tenant: str) -> tuple[Pack, T]:
        """The tenant's pack and what was made of it.

        Raises UnknownTenant, PackUnreadable, NotPrepared, StorageError.
        """
        if self._registry is None:
            raise NotPrepared("packs are asked for before the service has started")
        pack = await self._registry.pack(tenant)
        key = (pack.name, pack.version)
        ready = self._ready.get(key)
        if ready is not None:
            return ready
        self._begin(pack)
        older = [made for (name, _), made in self._ready.items() if name == pack.name]
        if older:
            return older[-1]
        await asyncio.wait([self._making[key]])
        if key not in self._ready:
            raise NotPrepared(f"pack {pack.name} {pack.version} could not be prepared: {self._failed.get(key, '')}")
        return self._ready[key]

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._refresh()
            except (StorageError, TenantError) as error:
                self._trouble = str(error)[:200]

    async def _refresh(self) -> None:
        assert self._registry is not None
        packs = await self._registry.packs()
        self._trouble = ""
        for pack in packs:
            self._begin(pack)
        self._forget({(pack.name, pack.version) for pack in packs})

    def _begin(self, pack: Pack) -> None:
        key = (pack.name, pack.version)
        if key not in self._ready and key not in self._making:
            task = asyncio.create_task(self._make(pack), name=f"prepare-{pack.name}-{pack.version}")
            self._making[key] = task

    async def _make(self, pack: Pack) -> None:
        key = (pack.name, pack.version)
        try:
            self._ready[key] = (pack, await self._prepare(pack))
            self._failed.pop(key, None)
            log.info("pack %s %s is prepared", *key)
        except Exception as error:
            if key not in self._failed:
                log.exception("pack %s %s cannot be prepared", *key)
            self._failed[key] = f"{type(error).__name__}: {error}"[:200]
            asyncio.get_running_loop().call_later(RETRY_S, self._making.pop, key, None)
            return
        self._making.pop(key, None)

    def _forget(self, used: set[Key]) -> None:
        """Drops versions that nobody uses any more, once their successor is ready."""
        for key in [key for key in self._ready if key not in used]:
            if any(name == key[0] for name, version in self._ready if (name, version) in used):
                del self._ready[key]
        for key in [key for key in self._failed if key not in used]:
            del self._failed[key]
