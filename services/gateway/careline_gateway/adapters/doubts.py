"""Turns of which it is not known yet what another system has done, in Postgres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from careline.storage import Pool

from ..domain.state import Key
from ..ports import Doubt
from .store import available

_NOTE = """
INSERT INTO gateway.doubts (tenant, conversation, turn, noted_at, look_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT DO NOTHING"""
_TAKE = """
UPDATE gateway.doubts SET look_at = $2 WHERE (tenant, conversation, turn) IN (
    SELECT tenant, conversation, turn FROM gateway.doubts WHERE look_at <= $1
    ORDER BY look_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING tenant, conversation, turn, noted_at"""
_CLOSE = "DELETE FROM gateway.doubts WHERE tenant = $1 AND conversation = $2 AND turn = $3"


class PostgresDoubts:
    """Implements `ports.Doubts` on the pool that `pool()` gives."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool

    async def note(self, key: Key, turn: str, now: datetime) -> None:
        with available():
            await self._pool().execute(_NOTE, *key, turn, now)

    async def take(self, now: datetime, again: timedelta, limit: int) -> Sequence[Doubt]:
        with available():
            rows = await self._pool().fetch(_TAKE, now, now + again, limit)
        return [Doubt(Key(row["tenant"], row["conversation"]), row["turn"], row["noted_at"]) for row in rows]

    async def close(self, doubt: Doubt) -> None:
        with available():
            await self._pool().execute(_CLOSE, *doubt.key, doubt.turn)
