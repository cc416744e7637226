"""Messages of one key strictly in order; different keys at the same time, whatever the number of partitions."""

from __future__ import annotations

import asyncio
import random

import pytest
from tests.fixtures.messaging import PATIENCE, Lab, Ping, Seen, ping, service, until, until_ready

from careline.messaging import Done, MessageContext, Outcome, Output, Retry, on

pytestmark = pytest.mark.integration


async def test_order_per_key_holds_while_keys_overtake_each_other(lab: Lab) -> None:
    chance = random.Random(7)
    source, target = await lab.topic("source", partitions=3), await lab.topic("target", partitions=3)
    seen, running, overlapped = Seen(), set[str](), list[str]()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        conversation = event.ref.conversation
        if conversation in running:
            overlapped.append(conversation)
        running.add(conversation)
        await asyncio.sleep(chance.random() * 0.01)
        running.discard(conversation)
        seen.note(event, context)
        return Done((Output(target, event),))

    async with service(lab, on(source, handle), publishes=[target]) as svc:
        await until_ready(svc)
        sent = [ping(f"c{chance.randrange(12)}", n) for n in range(150)]
        await svc.publish(*(Output(source, event) for event in sent))
        await until(lambda: len(seen.order) == len(sent))

    assert overlapped == []
    for conversation in {event.ref.conversation for event in sent}:
        expected = [event.n for event in sent if event.ref.conversation == conversation]
        assert seen.of(conversation) == expected
        outputs = [Ping.from_bytes(record.value or b"") for record in await lab.records(target)]
        assert [event.n for event in outputs if event.ref.conversation == conversation] == expected
    assert seen.order != [(event.ref.conversation, event.n) for event in sent]


async def test_keys_run_at_the_same_time_on_one_partition(lab: Lab) -> None:
    source = await lab.topic("source", partitions=1)
    together = asyncio.Barrier(8)
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        async with asyncio.timeout(PATIENCE):
            await together.wait()  # passes only when eight handlers are inside at once
        seen.note(event, context)
        return Done()

    async with service(lab, on(source, handle)) as svc:
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(8)))
        await until(lambda: len(seen.order) == 8)
    assert {context.partition for context in seen.contexts} == {0}
    assert {context.attempt for context in seen.contexts} == {1}


async def test_concurrency_reaches_its_bound_and_never_exceeds_it(lab: Lab) -> None:
    source = await lab.topic("source", partitions=2)
    inside, most, done = 0, 0, 0

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        nonlocal inside, most, done
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        done += 1
        return Done()

    async with service(lab, on(source, handle), settings={"concurrency": 3}) as svc:
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(30)))
        await until(lambda: done == 30)
    assert most == 3


async def test_a_retry_holds_back_its_own_key_only(lab: Lab) -> None:
    source = await lab.topic("source")
    seen, others_done = Seen(), asyncio.Event()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if event.ref.conversation == "slow" and event.n == 0 and not others_done.is_set():
            return Retry(0.01, "NotYet")
        seen.note(event, context)
        if len(seen.order) == 5:
            others_done.set()
        return Done()

    # One slot: a resting retry must give it up, or nobody else would ever run.
    async with service(lab, on(source, handle), settings={"concurrency": 1}) as svc:
        await svc.publish(*(Output(source, ping("slow", n)) for n in range(3)))
        await svc.publish(*(Output(source, ping(f"quick{n}", n)) for n in range(5)))
        await until(lambda: len(seen.order) == 8)
    assert {name for name, _ in seen.order[:5]} == {f"quick{n}" for n in range(5)}
    assert seen.of("slow") == [0, 1, 2]
