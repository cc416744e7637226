"""The turn log in Postgres. Entries that arrive within a moment are written together: one commit instead of many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import orjson

from careline.runtime import Health

from ..domain.entry import Entry
from ..domain.timeline import Logged

_INSERT = """
INSERT INTO insight.turn_log (event_id, tenant, conversation, turn, epoch, round, topic, type, at, trace, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::text[],
                     $9::timestamptz[], $10::text[], $11::jsonb[])
ON CONFLICT (event_id) DO NOTHING
"""
_OF_TURN = "SELECT type, round, at, trace, body::text FROM insight.turn_log WHERE turn = $1"
_TURNS_OF = """
SELECT turn FROM insight.turn_log WHERE tenant = $1 AND conversation = $2 AND type = 'turn.received'
GROUP BY turn ORDER BY min(at)
"""
_MAX_BATCH = 500


class PostgresTurnLog:
    """A component: a pool, and a writer that flushes every `batch_seconds`."""

    def __init__(self, url: str, batch_seconds: float) -> None:
        self._url = url
        self._batch_seconds = batch_seconds
        self._pool: asyncpg.Pool | None = None
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._bell = asyncio.Event()
        self._error = ""

    async def start(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._url, min_size=1, max_size=3, server_settings={"application_name": "careline-insight"}
        )
        self._writer = asyncio.create_task(self._write_forever(), name="turn-log-writer")

    async def stop(self) -> None:
        if self._writer:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        if self._waiting:
            await self._flush()
        if self._pool:
            await self._pool.close()

    def health(self) -> Health:
        return Health(not self._error, self._error)

    async def append(self, entry: Entry) -> None:
        """Raises the writer's error (OSError or asyncpg's) when the batch of this entry could not be stored."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, stored))
        self._bell.set()
        await stored

    async def of_turn(self, turn: str) -> Sequence[Logged]:
        rows = await self._connected().fetch(_OF_TURN, turn)
        return [Logged(r["type"], r["round"], r["at"], r["trace"], orjson.loads(r["body"])) for r in rows]

    async def turns_of(self, tenant: str, conversation: str) -> Sequence[str]:
        return [row["turn"] for row in await self._connected().fetch(_TURNS_OF, tenant, conversation)]

    async def _write_forever(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            # The moment in which more may come; nobody waits for the log but its own offsets.
            await asyncio.sleep(self._batch_seconds)
            while self._waiting:
                await self._flush()

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting[:_MAX_BATCH], self._waiting[_MAX_BATCH:]
        try:
            await self._connected().execute(_INSERT, *_columns([entry for entry, _ in batch]))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            self._error = type(error).__name__
            # To the messaging core a connection that fails is an outage: it retries patiently.
            _settle(batch, ConnectionError(f"the turn log cannot be written: {type(error).__name__}"))
            return
        self._error = ""
        _settle(batch, None)

    @property
    def pool(self) -> asyncpg.Pool:
        """For others of this service. Raises ConnectionError before start."""
        return self._connected()

    def _connected(self) -> asyncpg.Pool:
        if self._pool is None:
            raise ConnectionError("the turn log is not started")
        return self._pool


def _settle(batch: Sequence[tuple[Entry, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, stored in batch:
        if stored.done():
            continue  # its handler was cancelled by a drain
        if error:
            stored.set_exception(error)
        else:
            stored.set_result(None)


def _columns(entries: Sequence[Entry]) -> tuple[list[object], ...]:
    return (
        [e.event_id for e in entries],
        [e.tenant for e in entries],
        [e.conversation for e in entries],
        [e.turn for e in entries],
        [e.epoch for e in entries],
        [e.round for e in entries],
        [e.topic for e in entries],
        [e.type for e in entries],
        [e.at for e in entries],
        [e.trace for e in entries],
        [e.body for e in entries],
    )
