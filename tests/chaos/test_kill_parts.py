"""kill -9 of Kafka, Postgres or Redis amid many conversations: everything recovers by itself, and nothing is lost."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.chaos.test_kill_services import SEED, TURNS
from tests.fixtures.customers import customer
from tests.fixtures.errands import run_errands
from tests.fixtures.whole_stack import PARTS, WholeStack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.mark.parametrize("part", PARTS)
async def test_a_killed_part_loses_nothing(whole_stack: WholeStack, http: httpx.AsyncClient, part: str) -> None:
    whole_stack.wait_until_well()
    services = {name: line.pid for name, line in whole_stack.lines().items() if name not in PARTS}
    killed: list[int] = []
    await run_errands(whole_stack, http, TURNS, SEED, lambda: killed.append(whole_stack.kill(part)))
    whole_stack.wait_until_back(part, killed[0])
    whole_stack.wait_until_well()
    # They wait and reconnect; they do not die with what they depend on.
    assert {name: line.pid for name, line in whole_stack.lines().items() if name not in PARTS} == services


async def test_without_redis_customers_are_still_answered(whole_stack: WholeStack, http: httpx.AsyncClient) -> None:
    """A Redis that hangs is worse than one that is gone: every use of it ends in a time-out."""
    whole_stack.wait_until_well()
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        with whole_stack.frozen("redis"):
            for text in ("How many points do I have?", "How many days do I have to send something back?"):
                async with asyncio.timeout(20):
                    assert await page.ask(text)
        assert await page.ask("List my orders")
    whole_stack.wait_until_well()
