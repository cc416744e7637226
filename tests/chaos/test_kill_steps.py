"""kill -9 at every step of an operation: it is committed once or not at all, and the customer is told the truth.

The steps are reached for sure, not by luck: a process is stopped before its step and killed while it stands there, or a
lock holds its transaction open, or the broker is stopped while it commits.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from tests.fixtures.customers import Customer, check_dialogue, customer
from tests.fixtures.shop import Shop, fresh_shop
from tests.fixtures.whole_stack import WholeStack

from careline.contracts.topics import OPERATIONS_SETTLED, TURNS_DRAFTED, TURNS_GROUNDED, TURNS_VERIFIED, Topic

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

WISH, YES = "Please cancel order LL-10013", "Yes, go ahead"
_WITHIN_S = 60.0


@dataclass
class Scene:
    """A customer who is about to say yes."""

    stack: WholeStack
    shop: Shop
    page: Customer
    owner: asyncpg.Connection[asyncpg.Record]

    async def kill_before(self, service: str, topic: Topic) -> tuple[str, str, int]:
        """Says yes, and kills a service that has not read yet what is now on its topic."""
        pid = self.stack.pid_of(service)
        os.kill(pid, signal.SIGSTOP)
        async with self._heard_on(topic) as heard:
            turn = await self._says_yes()
            await heard
        return turn, service, self.stack.kill(service)

    async def kill_within(self) -> tuple[str, str, int]:
        """Kills the executor when the order is changed in its transaction, and the ledger's entry is not written."""
        async with self.owner.transaction():
            await self.owner.execute("LOCK TABLE ledger.entries IN EXCLUSIVE MODE")
            turn = await self._says_yes()
            await self._executor_waits()
            return turn, "executor", self.stack.kill("executor")

    async def kill_before_telling(self) -> tuple[str, str, int]:
        """Kills the verifier when it has approved, and has not read what became of that."""
        async with self._heard_on(OPERATIONS_SETTLED) as heard:
            async with self.owner.transaction():
                await self.owner.execute("LOCK TABLE ledger.entries IN EXCLUSIVE MODE")
                turn = await self._says_yes()
                await self._executor_waits()
                os.kill(self.stack.pid_of("verifier"), signal.SIGSTOP)
            await heard
        return turn, "verifier", self.stack.kill("verifier")

    async def kill_before_delivery(self) -> tuple[str, str, int]:
        """Kills the gateway when the reply is on its topic, and it has not read it. It has to take the yes before."""
        verifier = self.stack.pid_of("verifier")
        os.kill(verifier, signal.SIGSTOP)
        async with self._heard_on(TURNS_DRAFTED) as heard:
            turn = await self._says_yes()
            await heard
        os.kill(self.stack.pid_of("gateway"), signal.SIGSTOP)
        async with self._heard_on(TURNS_VERIFIED) as heard:
            os.kill(verifier, signal.SIGCONT)
            await heard
        return turn, "gateway", self.stack.kill("gateway")

    async def kill_after_commit(self) -> tuple[str, str, int]:
        """Kills the executor when it has committed, and the broker has not been told."""
        kafka = self.stack.pid_of("kafka")
        async with self.owner.transaction():
            await self.owner.execute("LOCK TABLE ledger.entries IN EXCLUSIVE MODE")
            turn = await self._says_yes()
            await self._executor_waits()
            os.kill(kafka, signal.SIGSTOP)
        try:
            async with asyncio.timeout(_WITHIN_S):
                while not await self.shop.ledger():
                    await asyncio.sleep(0.02)
            return turn, "executor", self.stack.kill("executor")
        finally:
            os.kill(kafka, signal.SIGCONT)

    async def _says_yes(self) -> str:
        turn = await self.page.write(YES)
        assert turn
        return turn

    async def _executor_waits(self) -> None:
        async with asyncio.timeout(_WITHIN_S):
            while not await self.owner.fetchval(_WAITING):
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def _heard_on(self, topic: Topic) -> AsyncIterator[Awaitable[None]]:
        """Done when the conversation has something new on the topic."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.stack.stack.kafka, enable_auto_commit=False)
        async with consumer:
            parts = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
            consumer.assign(parts)
            await consumer.seek_to_end(*parts)
            for part in parts:
                await consumer.position(part)
            yield asyncio.wait_for(self._next(consumer), _WITHIN_S)

    async def _next(self, consumer: AIOKafkaConsumer) -> None:
        async for record in consumer:
            if record.key == self.page.chat.conversation.encode():
                return


_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE usename = 'careline_executor' AND wait_event_type = 'Lock'
"""
Kill = Callable[[Scene], Awaitable[tuple[str, str, int]]]
STEPS: dict[str, Kill] = {
    "before the dry run": lambda scene: scene.kill_before("executor", TURNS_GROUNDED),
    "after the dry run, before the approval": lambda scene: scene.kill_before("verifier", TURNS_DRAFTED),
    "within the transaction": Scene.kill_within,
    "after the commit": Scene.kill_after_commit,
    "before the ledger is told": Scene.kill_before_telling,
    "before the reply is delivered": Scene.kill_before_delivery,
}


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_a_step_it_is_done_once_and_told_once(
    whole_stack: WholeStack, http: httpx.AsyncClient, step: str
) -> None:
    whole_stack.wait_until_well()
    url = whole_stack.stack.database_url
    owner = await asyncpg.connect(url)
    async with fresh_shop(url) as shop, customer(whole_stack, http, shop.tenant, "C-1001") as page:
        asked = await page.ask(WISH)
        assert asked is not None
        assert (await shop.written(), await shop.ledger()) == ((), [])
        turn, service, killed = await STEPS[step](Scene(whole_stack, shop, page, owner))
        told = await page.reply_to(turn)
        whole_stack.wait_until_back(service, killed)
        assert await shop.ledger() == [("C-1001", "cancel_order")]
        written = {(change.table, change.action): change.new for change in await shop.written()}
        assert written.keys() == {("orders", "update"), ("refunds", "insert")}
        assert written["orders", "update"]["status"] == "cancelled"
        assert "LL-10013" in told["text"]
        assert "cancelled" in told["text"]
        assert check_dialogue(await page.history(), [WISH, YES])
    await owner.close()
