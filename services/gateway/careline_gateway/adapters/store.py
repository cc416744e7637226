"""Conversations in Postgres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from careline.storage import Pool, TransientStorageError, translated

from ..domain.authentic import Authenticity
from ..domain.change import Change, Shown
from ..domain.state import Key
from ..ports import InboxRow, Stored, StoreResult, StoreUnavailable
from .flush import Flush
from .rows import APPLY, apply_arguments, apply_result, shown, stored

# How long a conversation that the sweeper has taken is left alone by other sweepers.
LEASE = timedelta(seconds=10)

_FLUSH = "SELECT gateway.flush()"
_LOAD = "SELECT state::text, version FROM gateway.conversations WHERE tenant = $1 AND id = $2"
_ENTRIES = """
SELECT position, kind, body::text, author, turn, client_id FROM gateway.entries
WHERE tenant = $1 AND conversation = $2 AND position > $3 ORDER BY position LIMIT $4"""
_POSITIONS = """
SELECT c.tenant, c.id, c.position FROM gateway.conversations c
JOIN unnest($1::text[], $2::text[]) AS k (tenant, id) USING (tenant, id)"""
_DUE = """
UPDATE gateway.conversations SET wake_at = $2 WHERE (tenant, id) IN (
    SELECT tenant, id FROM gateway.conversations WHERE wake_at <= $1
    ORDER BY wake_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING tenant, id"""
_POSTPONE = """
UPDATE gateway.conversations SET wake_at = $3
WHERE tenant = $1 AND id = $2 AND version = coalesce($4, version)"""
_INBOX = """
SELECT tenant, id, agent, updated_at, coalesce(state->>'urgency', 'normal') AS urgency
FROM gateway.conversations WHERE owner = 'human'
ORDER BY array_position(ARRAY['high', 'normal', 'low'], coalesce(state->>'urgency', 'normal')), updated_at LIMIT $1"""


@contextmanager
def available() -> Iterator[None]:
    """Turns what is raised while the database is away into StoreUnavailable."""
    try:
        with translated():
            yield
    except TransientStorageError as error:
        raise StoreUnavailable("the database cannot be used now") from error


class PostgresStore:
    """Implements `ports.Store` on the pool that `pool()` gives, which exists once the service has started."""

    def __init__(self, pool: Callable[[], Pool], authenticity: Authenticity) -> None:
        self._pool = pool
        self._authenticity = authenticity
        self._flush = Flush(lambda: self._fetch(_FLUSH))

    async def load(self, key: Key) -> Stored | None:
        rows = await self._fetch(_LOAD, *key)
        return stored(rows[0], self._authenticity) if rows else None

    async def apply(self, change: Change, trace: dict[str, str], now: datetime) -> StoreResult:
        rows = await self._fetch(APPLY, *apply_arguments(change, trace, now, self._authenticity))
        return apply_result(rows[0], self._authenticity)

    async def durable(self) -> None:
        await self._flush.wait()

    async def entries(self, key: Key, after: int, limit: int) -> Sequence[Shown]:
        return [shown(row) for row in await self._fetch(_ENTRIES, *key, after, limit)]

    async def positions(self, keys: Sequence[Key]) -> Sequence[tuple[Key, int]]:
        rows = await self._fetch(_POSITIONS, [key.tenant for key in keys], [key.conversation for key in keys])
        return [(Key(row["tenant"], row["id"]), row["position"]) for row in rows]

    async def due(self, now: datetime, limit: int) -> Sequence[Key]:
        return [Key(row["tenant"], row["id"]) for row in await self._fetch(_DUE, now, now + LEASE, limit)]

    async def postpone(self, key: Key, until: datetime | None, version: int | None = None) -> None:
        await self._fetch(_POSTPONE, *key, until, version)

    async def inbox(self, limit: int) -> Sequence[InboxRow]:
        rows = await self._fetch(_INBOX, limit)
        return [
            InboxRow(Key(row["tenant"], row["id"]), row["agent"], row["updated_at"], row["urgency"]) for row in rows
        ]

    async def _fetch(self, query: str, *arguments: Any) -> Sequence[asyncpg.Record]:
        with available():
            rows: Sequence[asyncpg.Record] = await self._pool().fetch(query, *arguments)
            return rows
