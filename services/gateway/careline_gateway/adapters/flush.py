"""Waiting for the disk, together: one flush serves everybody who asked before it began."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Flush:
    """Calls `flush` as often as needed, never twice at the same time."""

    def __init__(self, flush: Callable[[], Awaitable[object]]) -> None:
        self._flush = flush
        self._running: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Returns when a flush that began after this call has ended; raises what it raised."""
        if self._next is None:
            self._next = asyncio.create_task(self._run(self._running))
        # Shielded: one who gives up waiting must not take the flush from the others.
        await asyncio.shield(self._next)

    async def _run(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        self._running, self._next = self._next, None
        await self._flush()
