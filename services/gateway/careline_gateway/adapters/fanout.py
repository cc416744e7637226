"""Tells streams on other replicas about new entries: Redis for speed, the store for certainty.

What other services tell of turns under way comes by Redis, too, on channels of their own, and by nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

import orjson
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from careline.contracts.progress import Progress, conversation_of, progress_channel
from careline.runtime import Health

from ..domain.change import Shown
from ..domain.state import Key
from ..ports import Store, StoreUnavailable
from .streams import Hub

log = logging.getLogger(__name__)

_AWAY = (RedisError, OSError, TimeoutError)
_PREFIX = "careline:stream:"
# How often the store is asked whether anything was missed: rarely while Redis works, often while it does not.
_CALM_S = 5.0
_ALONE_S = 0.5
_RECONNECT_S = 1.0


class FanOut:
    """Connects the hub of this process with those of the others."""

    def __init__(self, hub: Hub, redis: Redis, store: Store) -> None:
        self._hub = hub
        self._redis = redis
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()
        self._wanted: asyncio.Queue[tuple[bool, Key]] = asyncio.Queue()
        self._connected = False
        self._alone = False
        self._stopping = False
        self._positions: dict[Key, int] = {}

    async def start(self) -> None:
        self._hub.tell = self._tell
        self._hub.on_first = lambda key: self._wanted.put_nowait((True, key))
        self._hub.on_last = lambda key: self._wanted.put_nowait((False, key))
        self._run(self._listen())
        self._run(self._catch_up())

    async def stop(self) -> None:
        self._hub.close()
        # A cancellation that meets a Redis command just finished is lost (wait_for of Python 3.11), so each loop looks
        # for itself whether it is to go on, and the one that may wait for ever is woken.
        self._stopping = True
        self._wanted.put_nowait((False, Key("", "")))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    def health(self) -> Health:
        # Without Redis streams still work, a little later.
        return Health(True, "" if self._connected else "Redis is away; streams are fed from the database")

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell(self, key: Key, shown: Sequence[Shown]) -> None:
        if self._connected and not self._alone:
            self._run(self._publish(_channel(key), encode(key, shown)))

    async def _publish(self, channel: str, payload: bytes) -> None:
        try:
            await self._redis.publish(channel, payload)
        except _AWAY as error:
            log.warning("Redis: %s", error)

    async def _listen(self) -> None:
        while not self._stopping:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=False) as pubsub:
                    # One channel always, so that the connection is there before the first stream.
                    self._wanted = asyncio.Queue()
                    await pubsub.subscribe(_PREFIX, *(name for key in self._hub.keys for name in _channels(key)))
                    await self._redis.publish(_PREFIX, b"hello")
                    self._alone, self._connected = False, True
                    async with asyncio.TaskGroup() as both:
                        both.create_task(self._receive(pubsub))
                        both.create_task(self._follow(pubsub))
            except* _AWAY as errors:
                log.warning("Redis: %s", errors.exceptions[0])
            finally:
                self._connected = False
            await asyncio.sleep(_RECONNECT_S)

    async def _receive(self, pubsub: PubSub) -> None:
        async for message in pubsub.listen():
            if message["type"] == "message" and message["channel"] == _PREFIX.encode():
                self._alone = False  # somebody has come; the next look tells whether it was only us
            elif message["type"] == "message":
                self._arrived(message["channel"], message["data"])
            elif message["type"] == "subscribe" and _is_of_one(message["channel"]):
                # What came between reading the store and subscribing.
                self._hub.ring(_key(message["channel"]))

    def _arrived(self, channel: bytes, data: bytes) -> None:
        of = conversation_of(channel.decode())
        if of is None:
            self._hub.deliver(*decode(data))
            return
        try:
            self._hub.progress(Key(*of), Progress.from_bytes(data))
        except ValidationError:
            log.warning("somebody tells of progress in a form that is not known here")

    async def _follow(self, pubsub: PubSub) -> None:
        """Subscribe to conversations with a stream here, and only to those."""
        while True:
            opened, key = await self._wanted.get()
            if self._stopping:
                return
            if opened:
                await pubsub.subscribe(*_channels(key))
            elif key not in self._hub.keys:
                await pubsub.unsubscribe(*_channels(key))

    async def _look_around(self) -> None:
        """A gateway without others need not tell anybody; that spares two messages a turn."""
        try:
            ((_, listeners),) = await self._redis.pubsub_numsub(_PREFIX)
        except _AWAY:
            return
        self._alone = listeners == 1

    async def _catch_up(self) -> None:
        """Compare positions with the store: a message that Redis lost is found here."""
        while not self._stopping:
            await asyncio.sleep(_CALM_S if self._connected else _ALONE_S)
            await self._look_around()
            keys = self._hub.keys
            try:
                positions = dict(await self._store.positions(keys)) if keys else {}
            except StoreUnavailable:
                continue
            for key, position in positions.items():
                if position != self._positions.get(key):
                    self._hub.ring(key)
            self._positions = positions


def connect(url: str) -> Redis:
    """A client that gives up quickly: a customer must not wait for a Redis that is away."""
    return Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=Retry(NoBackoff(), 1))


def encode(key: Key, shown: Sequence[Shown]) -> bytes:
    """Entries as they travel between replicas."""
    return orjson.dumps({"key": list(key), "shown": list(shown)})


def decode(data: bytes) -> tuple[Key, list[Shown]]:
    """The reverse of `encode`."""
    message = orjson.loads(data)
    return Key(*message["key"]), [Shown(**shown) for shown in message["shown"]]


def _channels(key: Key) -> tuple[str, str]:
    """All that concerns the streams of a conversation."""
    return _channel(key), progress_channel(key.tenant, key.conversation)


def _channel(key: Key) -> str:
    return f"{_PREFIX}{key.tenant}\x1f{key.conversation}"


def _is_of_one(channel: bytes) -> bool:
    """Whether entries of one conversation come by this channel."""
    return channel.startswith(_PREFIX.encode()) and len(channel) > len(_PREFIX)


def _key(channel: bytes) -> Key:
    tenant, conversation = channel.decode().removeprefix(_PREFIX).split("\x1f")
    return Key(tenant, conversation)
