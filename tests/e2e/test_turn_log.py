"""A turn is one trace over all services, and the turn log has all of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import pytest_asyncio
from tests.fixtures.customers import customer
from tests.fixtures.shop import fresh_shop
from tests.fixtures.whole_stack import WholeStack

from careline_cli.turn_log import TurnLogClient, TurnRecord

pytestmark = pytest.mark.e2e

GUIDE = [
    ("gateway", "turn.received"),
    ("classifier", "turn.classified"),
    ("retrieval", "turn.grounded"),
    ("executor", "turn.drafted"),
    ("verifier", "turn.verified"),
    ("gateway", "conversation.changed"),
]
CONFIRMED = [
    ("gateway", "turn.received"),
    ("classifier", "turn.grounded"),
    ("executor", "turn.drafted"),
    ("verifier", "operation.approved"),
    ("executor", "operation.settled"),
    ("verifier", "turn.verified"),
    ("gateway", "conversation.changed"),
]


@pytest_asyncio.fixture
async def log(whole_stack: WholeStack) -> AsyncIterator[TurnLogClient]:
    client = TurnLogClient(whole_stack.reach.insight, whole_stack.reach.agent_token)
    yield client
    await client.close()


def check(record: TurnRecord, stages: list[tuple[str, str]]) -> None:
    assert [(stage["service"], stage["event"]) for stage in record.timeline] == stages
    assert {event["trace"] for event in record.events} == {record.trace}
    assert len(record.trace) == 32 and set(record.trace) != {"0"}
    begun = [stage["start_ms"] for stage in record.timeline]
    assert begun == sorted(begun)


async def test_a_guide_turn_is_one_trace_with_a_complete_timeline(
    whole_stack: WholeStack, http: httpx.AsyncClient, log: TurnLogClient
) -> None:
    async with customer(whole_stack, http, "shop", "C-1001") as page:
        reply = await page.ask("How many days do I have to send something back?")
    assert reply
    record = await log.turn(reply["turn"], until="conversation.changed", patience=20)
    check(record, GUIDE)
    drawn = await careline(whole_stack, "trace", reply["turn"])
    assert all(f"{service} " in drawn and event in drawn for service, event in GUIDE), drawn
    assert record.trace in drawn


async def test_a_confirmed_operation_is_one_trace_too(
    whole_stack: WholeStack, http: httpx.AsyncClient, log: TurnLogClient
) -> None:
    async with (
        fresh_shop(whole_stack.stack.database_url) as shop,
        customer(whole_stack, http, shop.tenant, "C-1001") as page,
    ):
        asked = await page.ask("Please cancel order LL-10013")
        done = await page.ask("Yes, go ahead")
    assert asked and done
    record = await log.turn(done["turn"], until="conversation.changed", patience=20)
    check(record, CONFIRMED)
    assert record.trace != (await log.turn(asked["turn"])).trace


async def careline(stack: WholeStack, *words: str, env: Mapping[str, str] | None = None) -> str:
    """Runs the real command on the stack; what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "careline_cli", *words),
        env=stack.env | {"COLUMNS": "200"} | dict(env or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
