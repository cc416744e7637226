"""Facts held in the process, on a real Redis: dropped by what the executor announces, not held while nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from careline.contracts.understanding import CustomerFacts
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_classifier.adapters.facts import redis_client
from careline_classifier.adapters.near import HELD_S, NearFacts
from careline_executor.adapters.facts_cache import RedisFactsCache

pytestmark = pytest.mark.integration

PACK = load_pack(Path(__file__).resolve().parents[1] / "data/packs/mini")
SOON_S = 30.0


class Source:
    """Facts as the database has them; `before_answer` runs when they are read and not yet returned."""

    def __init__(self) -> None:
        self.points = 1
        self.asked = 0
        self.before_answer: Callable[[], Awaitable[None]] | None = None

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        self.asked += 1
        read = CustomerFacts(known=True, values={"points": self.points})
        if self.before_answer:
            await self.before_answer()
        return read


class Bench:
    """A classifier's view, and the clock it has."""

    def __init__(self, url: str) -> None:
        self.now = 0.0
        self.source = Source()
        self.near = NearFacts(self.source, redis_client(url), clock=lambda: self.now)

    async def points(self, customer: str | None = "M-1", pack: Pack = PACK) -> object:
        return (await self.near.of("mini", pack, customer)).values["points"]

    async def listens(self, connected: bool = True) -> None:
        async with asyncio.timeout(SOON_S):
            while bool(self.near.health().detail) is connected:
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def bench(fresh_redis: str) -> AsyncIterator[Bench]:
    made = Bench(fresh_redis)
    await made.near.start()
    await made.listens()
    yield made
    await made.near.stop()


@pytest_asyncio.fixture
async def commits(fresh_redis: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(fresh_redis) as client:
        yield client


async def test_facts_are_held_for_seconds(bench: Bench) -> None:
    assert [await bench.points(), await bench.points()] == [1, 1]
    assert bench.source.asked == 1
    bench.now += HELD_S
    bench.source.points = 2
    assert await bench.points() == 2


async def test_a_commit_drops_its_customer_s_facts_and_no_other_s(bench: Bench, commits: Redis) -> None:
    assert [await bench.points("M-1"), await bench.points("M-2")] == [1, 1]
    bench.source.points = 2
    await RedisFactsCache(commits).forget("mini", "M-1")
    async with asyncio.timeout(SOON_S):
        while await bench.points("M-1") != 2:
            await asyncio.sleep(0.01)
    assert await bench.points("M-2") == 1


async def test_facts_that_were_held_are_read_anew_behind_a_commit_without_being_asked_for(
    bench: Bench, commits: Redis
) -> None:
    assert await bench.points("M-1") == 1
    bench.source.points = 2
    for customer in ("M-1", "M-2"):  # nobody has asked for the second's
        await RedisFactsCache(commits).forget("mini", customer)
    async with asyncio.timeout(SOON_S):
        while bench.source.asked < 2:
            await asyncio.sleep(0.01)
    assert await bench.points("M-1") == 2
    assert bench.source.asked == 2


async def test_what_was_read_before_a_commit_is_not_held_after_it(bench: Bench, commits: Redis) -> None:
    async def commit() -> None:
        bench.source.points = 2
        heard = bench.near._heard
        await RedisFactsCache(commits).forget("mini", "M-1")
        async with asyncio.timeout(SOON_S):
            while bench.near._heard == heard:
                await asyncio.sleep(0.01)

    bench.source.before_answer = commit
    assert await bench.points() == 1
    bench.source.before_answer = None
    assert await bench.points() == 2


async def test_nothing_is_held_while_nobody_listens(bench: Bench, commits: Redis) -> None:
    assert await bench.points() == 1
    bench.source.points = 2
    await commits.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    await bench.listens(connected=False)
    assert await bench.points() == 2
    bench.source.points = 3
    assert await bench.points() == 3
    await bench.listens()
    bench.source.points = 4
    assert [await bench.points(), await bench.points()] == [4, 4]


async def test_another_version_of_the_pack_reads_its_own_facts_and_visitors_have_none(bench: Bench) -> None:
    assert await bench.points() == 1
    bench.source.points = 2
    assert await bench.points(pack=PACK.model_copy(update={"version": "another"})) == 2
    await bench.near.of("mini", PACK, None)
    assert bench.source.asked == 3
