"""Bounded concurrency with fair waiting: who waits is served tenant by tenant in turn, each tenant in its own order."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import Overloaded, TooLate

_Queue = deque["asyncio.Future[None]"]


class FairSlots:
    """`limit` may work at once, `waiting` more may wait. A tenant with a thousand calls delays another's by one."""

    def __init__(self, limit: int, waiting: int) -> None:
        self._limit, self._free, self._waiting_limit = limit, limit, waiting
        self._queues: OrderedDict[str, _Queue] = OrderedDict()
        self._waiting = 0

    @property
    def busy(self) -> int:
        return self._limit - self._free

    @property
    def waiting(self) -> int:
        return self._waiting

    @asynccontextmanager
    async def slot(self, tenant: str, seconds: float) -> AsyncIterator[None]:
        """Waits at most `seconds`. Raises Overloaded at once when too many wait, TooLate when the time is over."""
        await self._take(tenant, seconds)
        try:
            yield
        finally:
            self._give()

    async def _take(self, tenant: str, seconds: float) -> None:
        if self._free:  # then nobody waits: a slot that is given back goes to those first
            self._free -= 1
            return
        if self._waiting >= self._waiting_limit:
            raise Overloaded(f"{self._waiting} calls wait for this model server: use another tier, or add servers")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(tenant, deque()).append(turn)
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            self._leave(tenant, turn)
            if isinstance(error, TimeoutError):
                raise TooLate("waiting") from None
            raise

    def _leave(self, tenant: str, turn: asyncio.Future[None]) -> None:
        """Given up while waiting, or at the very moment when the slot was given: then it goes to the next."""
        if turn.done() and not turn.cancelled():
            self._give()
            return
        queue = self._queues.get(tenant)
        if queue and turn in queue:
            queue.remove(turn)
            self._waiting -= 1
            if not queue:
                del self._queues[tenant]

    def _give(self) -> None:
        while self._queues:
            tenant, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            self._waiting -= 1
            if queue:
                self._queues[tenant] = queue  # at the end: the others come first
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
