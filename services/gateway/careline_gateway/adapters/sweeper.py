"""Lets time pass for conversations: deadlines, expiry, idling. Several gateways share the work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from careline.runtime import Health

from ..domain.errors import ConversationError, UnknownTenant
from ..domain.state import Key
from ..ports import Clock, Store, StoreUnavailable

log = logging.getLogger(__name__)

_BATCH = 50
_GONE = timedelta(hours=1)
_REST_S = 5.0  # after an error that nobody has foreseen


class Sweeper:
    """Every `interval_s` seconds takes the conversations that are due and ticks them."""

    def __init__(
        self, store: Store, tick: Callable[[Key], Awaitable[None]], clock: Clock, interval_s: float = 0.5
    ) -> None:
        self._store = store
        self._tick = tick
        self._clock = clock
        self._interval_s = interval_s
        self._loop: asyncio.Task[None] | None = None
        self._trouble = ""

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._run(), name="sweeper")

    async def stop(self) -> None:
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    def health(self) -> Health:
        return Health(not self._trouble, self._trouble)

    async def sweep(self) -> int:
        """Tick what is due; returns how many."""
        keys = await self._store.due(self._clock(), _BATCH)
        for key in keys:
            try:
                await self._tick(key)
            except UnknownTenant:
                # The business is gone; whoever looked every few seconds would look for ever.
                await self._store.postpone(key, self._clock() + _GONE)
                log.info("conversation %s rests: its business is not served here", key.conversation)
            except ConversationError as error:
                log.warning("conversation %s: %s", key.conversation, error)
        return len(keys)

    async def _run(self) -> None:
        while True:
            try:
                taken = await self.sweep()
                self._trouble = ""
            except StoreUnavailable as error:
                taken, self._trouble = 0, str(error)
            except Exception:
                log.exception("sweeper")
                taken, self._trouble = 0, "the last sweep failed"
                await asyncio.sleep(_REST_S)
            if taken < _BATCH:
                await asyncio.sleep(self._interval_s)
