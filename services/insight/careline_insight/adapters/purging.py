"""Retention, on a schedule: what is old by a business's own policy goes, a portion at a time.

How old is old, that two do not purge at once, and the audit are the database's (`migrations/0003_purge.sql`); several
replicas may run this, and one that is killed leaves whole portions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
import orjson

from careline.runtime import Health
from careline.telemetry import Instruments, registry

log = logging.getLogger("careline.insight")

# Whoever has just started has better things to do.
FIRST_S = 60.0
LOOK_S = 600.0
PORTION = 2_000
TROUBLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


@dataclass(slots=True)
class Purger:
    """A component; each business is purged once in `every`, and nobody at all where that is nothing."""

    pool: Callable[[], asyncpg.Pool]
    instruments: Instruments
    every: timedelta
    portion: int = PORTION
    first_s: float = FIRST_S
    look_s: float = LOOK_S
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _trouble: str = field(default="", init=False)

    async def start(self) -> None:
        if self.every:
            self._task = asyncio.create_task(self._run(), name="purger")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> Health:
        """What is kept a while too long harms no customer who waits: well, with a word of the trouble."""
        return Health(True, self._trouble)

    async def purge(self) -> Mapping[str, str]:
        """One round; how it ended for each business: done, rested, busy, unknown. Raises OSError, asyncpg's errors."""
        tenants = await self.pool().fetch("SELECT id FROM control.tenants ORDER BY id")
        return {row["id"]: await self._tenant(row["id"]) for row in tenants}

    async def _tenant(self, tenant: str) -> str:
        while True:
            answer = await self.pool().fetchval(
                "SELECT insight.purge_due($1, $2, $3)::text", tenant, self.every, self.portion
            )
            done = orjson.loads(answer)
            for kind, number in done.get("rows", {}).items():
                self.instruments.counter(registry.PURGED, kind=kind).inc(number)
            if done["state"] != "more":
                break
        state: str = done["state"]
        self.instruments.counter(registry.PURGES, outcome=state).inc()
        return state

    async def _run(self) -> None:
        await asyncio.sleep(self.first_s)
        while True:
            try:
                await self.purge()
                self._trouble = ""
            except TROUBLE as error:
                self._trouble = f"the last purge failed: {type(error).__name__}"
                self.instruments.counter(registry.PURGES, outcome="failed").inc()
                log.warning("what is old cannot be purged: %s", type(error).__name__)
            await asyncio.sleep(self.look_s)
