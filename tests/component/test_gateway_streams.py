"""Open streams: order, gaps, slow readers; limits with and without Redis; what travels between replicas."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis
from tests.fixtures.gateway import free_port
from tests.fixtures.gateway_memory import MemoryStore

from careline.contracts.progress import Progress
from careline_gateway.adapters.fanout import decode, encode
from careline_gateway.adapters.flush import Flush
from careline_gateway.adapters.limiter import LocalLimiter, RedisLimiter
from careline_gateway.adapters.streams import Hub
from careline_gateway.domain.change import Shown
from careline_gateway.domain.limits import Limit
from careline_gateway.domain.state import Key
from careline_gateway.ports import StoreUnavailable, TooManyRequests

pytestmark = pytest.mark.component

KEY = Key("shop", "c-1")


def entries(*positions: int) -> list[Shown]:
    return [Shown(position, "message", f'{{"id":{position}}}') for position in positions]


class Reader:
    """Reads a stream in the background."""

    def __init__(self, hub: Hub, after: int = 0) -> None:
        self.read: list[int] = []
        self.stages: list[str] = []
        self.beats = 0
        self._task = asyncio.create_task(self._run(hub, after))

    async def _run(self, hub: Hub, after: int) -> None:
        async for shown in hub.stream(KEY, after):
            if shown is None:
                self.beats += 1
            elif isinstance(shown, Progress):
                self.stages.append(shown.stage)
            else:
                self.read.append(shown.position)

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(30):
            while len(self.read) < count:
                await asyncio.sleep(0.001)
        return self.read

    async def end(self) -> None:
        async with asyncio.timeout(30):
            await self._task


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_is_stored_comes_first_then_what_is_announced() -> None:
    store = MemoryStore()
    store.shown[KEY] = entries(1, 2)
    hub = Hub(store)
    reader = Reader(hub, after=1)
    assert await reader.until(1) == [2]
    store.away = True  # an announced entry needs no look into the store
    hub.announce(KEY, entries(3))
    assert await reader.until(2) == [2, 3]
    hub.close()
    await reader.end()


async def test_a_gap_is_filled_from_the_store_and_nothing_comes_twice() -> None:
    store = MemoryStore()
    hub = Hub(store)
    reader = Reader(hub)
    await settle()
    store.shown[KEY] = entries(1, 2, 3)
    hub.deliver(KEY, entries(3))
    assert await reader.until(3) == [1, 2, 3]
    hub.deliver(KEY, entries(2, 3))
    store.shown[KEY] += entries(4)
    hub.ring(KEY)
    assert await reader.until(4) == [1, 2, 3, 4]
    hub.close()
    await reader.end()


async def test_a_reader_that_is_left_behind_is_caught_up() -> None:
    store = MemoryStore()
    hub = Hub(store)
    reader = Reader(hub)
    await settle()
    for position in range(1, 1001):
        store.shown[KEY] += entries(position)
        hub.announce(KEY, entries(position))
    assert await reader.until(1000) == list(range(1, 1001))
    hub.close()
    await reader.end()


async def test_a_quiet_stream_beats_and_an_ended_one_leaves_nothing() -> None:
    hub = Hub(MemoryStore(), heartbeat_s=0.01)
    first, last = [], []
    hub.on_first, hub.on_last = first.append, last.append
    readers = [Reader(hub), Reader(hub)]
    async with asyncio.timeout(30):
        while readers[0].beats < 2:
            await asyncio.sleep(0.005)
    assert hub.count(KEY) == 2
    hub.close()
    for reader in readers:
        await reader.end()
    assert (first, last, hub.keys) == ([KEY], [KEY], [])


async def test_progress_is_shown_as_it_comes_but_not_behind_the_reply() -> None:
    hub = Hub(MemoryStore())
    reader = Reader(hub)
    await settle()
    hub.announce(KEY, [Shown(1, "message", "{}", "customer", "t-1")])
    hub.progress(KEY, Progress(turn="t-1", stage="understanding"))
    await settle()
    hub.progress(Key("shop", "c-2"), Progress(turn="t-1", stage="looking"))  # another conversation's
    await settle()
    hub.announce(KEY, [Shown(2, "message", "{}", "bot", "t-1")])
    hub.progress(KEY, Progress(turn="t-1", stage="again"))  # too late
    await settle()
    hub.progress(KEY, Progress(turn="t-2", stage="looking"))
    await settle()
    assert (reader.read, reader.stages) == ([1, 2], ["understanding", "looking"])
    hub.close()
    await reader.end()


def test_entries_travel_between_replicas_unchanged() -> None:
    shown = [Shown(7, "message", '{"text":"你好 \\"x\\""}', "bot", "t-1"), Shown(8, "status", "{}")]
    assert decode(encode(KEY, shown)) == (KEY, shown)


async def test_without_redis_each_process_limits_by_itself() -> None:
    redis = Redis.from_url(f"redis://127.0.0.1:{free_port()}/0", socket_connect_timeout=0.2)
    limits = {"visitor": Limit(2, 0.01), "conversation": Limit(5, 0.01)}
    for limiter in (RedisLimiter(redis, limits), LocalLimiter(limits)):
        for _ in range(2):
            await limiter.check(("visitor", "v"), ("conversation", "c"))
            await asyncio.sleep(0.05)
        with pytest.raises(TooManyRequests) as refused:
            await limiter.check(("visitor", "v"), ("conversation", "c"))
        assert 90 < refused.value.retry_after <= 100
        await limiter.check(("visitor", "w"), ("conversation", "c"))
    await redis.aclose()


async def test_waiting_for_the_disk_is_shared_and_never_too_early() -> None:
    began: list[int] = []
    gate = asyncio.Event()

    async def flush() -> None:
        began.append(len(began))
        await gate.wait()

    shared = Flush(flush)
    first = asyncio.create_task(shared.wait())
    await settle()
    late = [asyncio.create_task(shared.wait()) for _ in range(5)]
    await settle()
    assert began == [0]  # the late ones need a flush of their own, which has not begun
    late.pop().cancel()
    gate.set()
    await asyncio.gather(first, *late)
    assert began == [0, 1]


async def test_a_flush_that_fails_is_told_to_its_waiters_only() -> None:
    outcomes = iter([StoreUnavailable("away"), None])

    async def flush() -> None:
        if error := next(outcomes):
            raise error

    shared = Flush(flush)
    with pytest.raises(StoreUnavailable):
        await shared.wait()
    await shared.wait()
