"""Conversations in Postgres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from careline.storage import Database, TransientStorageError, translated
from careline.storage.claims import EVERY_TENANT

from ..domain.authentic import Authenticity
from ..domain.change import Change, Shown
from ..domain.state import Key
from ..ports import InboxRow, Stored, StoreResult, StoreUnavailable
from .flush import Flush
from .rows import APPLY, apply_arguments, apply_result, shown, stored

# How long a conversation that the sweeper has taken is left alone by other sweepers.
LEASE = timedelta(seconds=10)

_FLUSH = "SELECT gateway.flush()"
# Functions of the owner's, which check the claim in their first argument.
_LOAD = "SELECT * FROM gateway.load($1, $2, $3)"
_ENTRIES = "SELECT * FROM gateway.read($1, $2, $3, $4, $5)"
_POSITIONS = "SELECT * FROM gateway.positions($1, $2, $3)"
_DUE = "SELECT * FROM gateway.due($1, $2, $3, $4)"
_INBOX = "SELECT * FROM gateway.inbox($1, $2)"
_POSTPONE = """
UPDATE gateway.conversations SET wake_at = $3
WHERE tenant = $1 AND id = $2 AND version = coalesce($4, version)"""


@contextmanager
def available() -> Iterator[None]:
    """Turns what is raised while the database is away into StoreUnavailable."""
    try:
        with translated():
            yield
    except TransientStorageError as error:
        raise StoreUnavailable("the database cannot be used now") from error


class PostgresStore:
    """Implements `ports.Store`. Each method is one round trip, but `postpone`."""

    def __init__(self, database: Database, authenticity: Authenticity) -> None:
        self._database = database
        self._authenticity = authenticity
        self._flush = Flush(self._flushed)

    async def load(self, key: Key) -> Stored | None:
        row = (await self._ask(key.tenant, _LOAD, *key))[0]
        return stored(row, self._authenticity) if row["version"] else None

    async def apply(self, change: Change, trace: dict[str, str], now: datetime) -> StoreResult:
        arguments = apply_arguments(change, trace, now, self._authenticity)
        return apply_result((await self._ask(change.state.tenant, APPLY, *arguments))[0], self._authenticity)

    async def durable(self) -> None:
        await self._flush.wait()

    async def entries(self, key: Key, after: int, limit: int) -> Sequence[Shown]:
        return [shown(row) for row in await self._ask(key.tenant, _ENTRIES, *key, after, limit)]

    async def positions(self, keys: Sequence[Key]) -> Sequence[tuple[Key, int]]:
        named = [key.tenant for key in keys], [key.conversation for key in keys]
        rows = await self._ask(EVERY_TENANT, _POSITIONS, *named)
        return [(Key(row["tenant"], row["id"]), row["position"]) for row in rows]

    async def due(self, now: datetime, limit: int) -> Sequence[Key]:
        rows = await self._ask(EVERY_TENANT, _DUE, now, now + LEASE, limit)
        return [Key(row["tenant"], row["id"]) for row in rows]

    async def postpone(self, key: Key, until: datetime | None, version: int | None = None) -> None:
        with available():
            async with self._database.tenant(key.tenant) as connection:
                await connection.execute(_POSTPONE, *key, until, version)

    async def inbox(self, limit: int) -> Sequence[InboxRow]:
        rows = await self._ask(EVERY_TENANT, _INBOX, limit)
        return [
            InboxRow(Key(row["tenant"], row["id"]), row["agent"], row["updated_at"], row["urgency"]) for row in rows
        ]

    async def _ask(self, tenant: str, query: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        with available():
            return await self._database.ask(tenant, query, *arguments)

    async def _flushed(self) -> None:
        with available():
            await self._database.pool.fetch(_FLUSH)
