"""Basic facts held in the process for seconds, so that a conversation's next message need not ask Redis.

The executor announces every commit on a channel; what it names is dropped, and read anew a moment later, so that who
has just had something done waits no longer than others for the next reply. While nobody listens (Redis is away, or the
connection was lost) nothing is held. A message that was lost all the same costs what is held at most HELD_S; and a
fact that is told, or an operation's precondition, is read again by the verifier anyway.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from careline.contracts.understanding import CustomerFacts
from careline.runtime import Health
from careline.storage import StorageError
from careline.tenants.model import Pack

from ..ports import Facts

log = logging.getLogger(__name__)
Held = tuple[CustomerFacts, Pack, float]  # the facts, by which pack, until when

CHANNEL = "careline:facts-changed"
HELD_S = 10.0
_MOST = 10_000
_REST_S = 0.05  # the reply to what was done goes first
_RECONNECT_S = 1.0


class NearFacts:
    """Implements `ports.Facts` in front of `further`; a component, which listens."""

    def __init__(self, further: Facts, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._further = further
        self._redis = redis
        self._clock = clock
        self._held: OrderedDict[tuple[str, str], Held] = OrderedDict()
        self._listening: asyncio.Task[None] | None = None
        self._renewing: set[asyncio.Task[None]] = set()
        self._heard = 0  # announcements and losses so far: what was read before one of them is not held
        self._connected = False

    async def start(self) -> None:
        self._listening = asyncio.create_task(self._listen(), name="facts-changed")

    async def stop(self) -> None:
        if self._listening:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        for renewing in self._renewing:
            renewing.cancel()
        if self._renewing:
            await asyncio.wait(self._renewing)
        await self._redis.aclose()

    def health(self) -> Health:
        # Slower without Redis, never wrong.
        return Health(True, "" if self._connected else "Redis is away; facts are read for every message")

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        if customer is None or not self._connected:
            return await self._further.of(tenant, pack, customer)
        key = (tenant, customer)
        held = self._held.get(key)
        if held is not None and held[1].version == pack.version and self._clock() < held[2]:
            return held[0]
        heard = self._heard
        facts = await self._further.of(tenant, pack, customer)
        if self._connected and heard == self._heard:
            self._held[key] = (facts, pack, self._clock() + HELD_S)
            self._held.move_to_end(key)
            if len(self._held) > _MOST:
                self._held.popitem(last=False)
        return facts

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        self._hear(message["type"], message["data"])
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("facts are not held: %s", type(error).__name__)
            finally:
                self._connected = False
                self._heard += 1
                self._held.clear()
            await asyncio.sleep(_RECONNECT_S)

    def _hear(self, kind: str, data: bytes | int) -> None:
        if kind == "subscribe":
            self._connected = True
        elif isinstance(data, bytes):
            self._heard += 1
            tenant, _, customer = data.decode(errors="replace").partition("\x1f")
            held = self._held.pop((tenant, customer), None)
            if held is not None:
                renewing = asyncio.create_task(self._renew(tenant, held[1], customer))
                self._renewing.add(renewing)
                renewing.add_done_callback(self._renewing.discard)

    async def _renew(self, tenant: str, pack: Pack, customer: str) -> None:
        await asyncio.sleep(_REST_S)
        try:
            await self.of(tenant, pack, customer)
        except StorageError as error:  # whoever needs them asks again
            log.warning("facts are not held: %s", type(error).__name__)
