"""Fair waiting for bounded concurrency."""

from __future__ import annotations

import asyncio

import pytest

from careline.llm.errors import Overloaded, TooLate
from careline.llm.slots import FairSlots

pytestmark = pytest.mark.unit


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def work(slots: FairSlots, tenant: str, log: list[str], seconds: float = 60) -> None:
    async with slots.slot(tenant, seconds):
        log.append(tenant)
        await asyncio.sleep(0)


async def test_a_tenant_with_many_calls_delays_another_by_one() -> None:
    slots, log = FairSlots(1, 100), list[str]()
    async with slots.slot("busy", 1):
        tasks = [asyncio.create_task(work(slots, "busy", log)) for _ in range(5)]
        await settle()
        tasks += [asyncio.create_task(work(slots, "quiet", log)) for _ in range(2)]
        await settle()
        assert slots.waiting == 7
    await asyncio.gather(*tasks)
    assert log == ["busy", "quiet", "busy", "quiet", "busy", "busy", "busy"]
    assert (slots.busy, slots.waiting) == (0, 0)


async def test_no_newcomer_overtakes_those_who_wait() -> None:
    slots, log = FairSlots(1, 10), list[str]()
    async with slots.slot("a", 1):
        first = asyncio.create_task(work(slots, "a", log))
        await settle()
    second = asyncio.create_task(work(slots, "b", log))
    await asyncio.gather(first, second)
    assert log == ["a", "b"]


async def test_whoever_gives_up_leaves_no_trace() -> None:
    slots = FairSlots(1, 10)
    async with slots.slot("a", 1):
        with pytest.raises(TooLate):
            await work(slots, "b", [], seconds=0)
        leaving = asyncio.create_task(work(slots, "c", []))
        await settle()
        leaving.cancel()
        await settle()
        assert slots.waiting == 0
    assert slots.busy == 0


async def test_a_slot_given_to_one_who_leaves_goes_to_the_next() -> None:
    slots, log = FairSlots(1, 10), list[str]()
    leaver: asyncio.Task[None]
    async with slots.slot("a", 1):
        leaver = asyncio.create_task(work(slots, "b", log))
        await settle()
        next_one = asyncio.create_task(work(slots, "c", log))
        await settle()
    leaver.cancel()  # the slot is its own already, though it has not run since
    await next_one
    assert log == ["c"]
    assert slots.busy == 0


async def test_the_queue_is_bounded() -> None:
    slots = FairSlots(1, 0)
    async with slots.slot("a", 1):
        with pytest.raises(Overloaded):
            await work(slots, "b", [])
