"""Turns of which it is not known yet what another system has done, in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from careline.storage import Database
from careline.storage.claims import EVERY_TENANT

from ..domain.state import Key
from ..ports import Doubt
from .store import available

_NOTE = """
INSERT INTO gateway.doubts (tenant, conversation, turn, noted_at, look_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT DO NOTHING"""
_TAKE = "SELECT * FROM gateway.doubtful($1, $2, $3, $4)"
_CLOSE = "DELETE FROM gateway.doubts WHERE tenant = $1 AND conversation = $2 AND turn = $3"


class PostgresDoubts:
    """Implements `ports.Doubts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, key: Key, turn: str, now: datetime) -> None:
        with available():
            async with self._database.tenant(key.tenant) as connection:
                await connection.execute(_NOTE, *key, turn, now)

    async def take(self, now: datetime, again: timedelta, limit: int) -> Sequence[Doubt]:
        with available():
            rows = await self._database.ask(EVERY_TENANT, _TAKE, now, now + again, limit)
        return [Doubt(Key(row["tenant"], row["conversation"]), row["turn"], row["noted_at"]) for row in rows]

    async def close(self, doubt: Doubt) -> None:
        with available():
            async with self._database.tenant(doubt.key.tenant) as connection:
                await connection.execute(_CLOSE, *doubt.key, doubt.turn)
