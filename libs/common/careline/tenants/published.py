"""Published packs for handlers of messages: the errors say whether trying again helps."""

from __future__ import annotations

from careline.messaging import PermanentError, TransientError
from careline.storage import Database

from .errors import PackUnreadable, UnknownTenant
from .model import Pack
from .registry import Registry


class PublishedPacks:
    """The registry is made at first use, when the database is connected."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._registry: Registry | None = None

    async def pack(self, tenant: str) -> Pack:
        """The tenant's pack. Raises PermanentError, TransientError, StorageError."""
        if self._registry is None:
            self._registry = Registry(self._database.pool)
        try:
            return await self._registry.pack(tenant)
        except UnknownTenant as error:
            raise PermanentError(str(error)) from error
        except PackUnreadable as error:  # a release and a pack that do not fit: publishing again mends it
            raise TransientError(str(error)) from error
