"""Members join and leave while messages flow: nothing lost, order kept, duplicates only under the same event id."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest
from tests.fixtures.messaging import Lab, Ping, Seen, ping, service, until, until_committed, until_ready

from careline.messaging import Done, MessageContext, Outcome, Output, Service, State, on

pytestmark = pytest.mark.integration


async def test_members_join_and_leave_while_messages_flow(lab: Lab) -> None:
    chance = random.Random(11)
    source, target = await lab.topic("source", partitions=4), await lab.topic("target", partitions=4)
    count, keys = 400, 20
    handled_by: dict[str, int] = defaultdict(int)

    def member(name: str) -> Service:
        async def handle(event: Ping, context: MessageContext) -> Outcome:
            await asyncio.sleep(chance.random() * 0.02)
            handled_by[name] += 1
            return Done((Output(target, event),))

        return service(lab, on(source, handle), publishes=[target])

    async def feed(sender: Service) -> None:
        for n in range(count):
            await sender.publish(Output(source, ping(f"c{n % keys}", n)))
            await asyncio.sleep(0.002)

    async with service(lab, publishes=[source], name="sender") as sender, member("first") as first:
        await until_ready(first)
        feeding = asyncio.create_task(feed(sender))
        async with member("second") as second:
            await until_ready(second)
            await until(lambda: handled_by["second"] >= 20)
            async with member("third") as third:
                await until_ready(third)
                await until(lambda: handled_by["third"] >= 10)
        await feeding
        expected = defaultdict(int)
        for record in await lab.records(source):
            expected[record.partition] += 1
        await until_committed(lab, source, first.group(source), expected)

    arrived: dict[str, list[int]] = defaultdict(list)
    ids: dict[int, set[str]] = defaultdict(set)
    for record in await lab.records(target):
        event = Ping.from_bytes(record.value or b"")
        arrived[event.ref.conversation].append(event.n)
        ids[event.n].add(dict(record.headers)["ce_id"].decode())
    assert sorted(ids) == list(range(count))  # nothing lost
    assert all(len(each) == 1 for each in ids.values())  # a duplicate is the same event
    for conversation, numbers in arrived.items():
        once = list(dict.fromkeys(numbers))  # each where it came first
        assert once == sorted(once), conversation
    assert len(handled_by) == 3


async def test_what_is_in_flight_when_partitions_move_is_finished_by_its_first_owner(lab: Lab) -> None:
    source, target = await lab.topic("source", partitions=2), await lab.topic("target")
    started, free = Seen(), asyncio.Event()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        started.note(event, context)
        await free.wait()
        return Done((Output(target, event),))

    async with service(lab, on(source, handle), publishes=[target]) as first:
        await first.publish(*(Output(source, ping(f"c{n}", n)) for n in range(10)))
        await until(lambda: len(started.order) == 10)
        async with service(lab, on(source, handle), publishes=[target]) as second:
            await until(lambda: first.health().consumers[source.name] is State.REBALANCING)
            free.set()
            await until_ready(second)
            await until(lambda: first.health().consumers[source.name] is State.RUNNING)
            await until(lambda: second.health().consumers[source.name] is State.RUNNING)
    assert len(started.order) == 10  # nobody began them again
    assert len(await lab.records(target)) == 10


async def test_what_a_former_owner_still_says_is_not_published(lab: Lab) -> None:
    source, target = await lab.topic("source", partitions=1), await lab.topic("target")
    waiting, free, late = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn(event: Ping, context: MessageContext) -> Outcome:
        waiting.set()
        while not free.is_set():  # ignores that it is cancelled, as a call in a thread would
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue
        late.set()
        return Done((Output(target, ping("c", event.n, "former owner")),))

    async def sound(event: Ping, context: MessageContext) -> Outcome:
        return Done((Output(target, ping("c", event.n, "new owner")),))

    former = service(lab, on(source, stubborn), publishes=[target], settings={"drain": 0.2})
    async with former, service(lab, publishes=[source], name="sender") as sender:
        await sender.publish(Output(source, ping("c", 0)))
        await asyncio.wait_for(waiting.wait(), 45)
        # The newcomer joins; the only partition moves to one of them, and the other's handler is still inside.
        async with service(lab, on(source, sound), publishes=[target]) as new:
            await until(lambda: former.health().consumers[source.name] is not State.RUNNING)
            await until_ready(new)
            stopping = asyncio.create_task(former.stop())
            await until_committed(lab, source, new.group(source), {0: 1})
            free.set()
            await asyncio.wait_for(late.wait(), 45)
            await stopping
            await asyncio.sleep(0.1)
            discarded = former.instruments.value(
                "careline_handled_total", service="svc", topic=source.name, outcome="discarded"
            )
    texts = {Ping.from_bytes(record.value or b"").text for record in await lab.records(target)}
    assert texts == {"new owner"}
    assert discarded
