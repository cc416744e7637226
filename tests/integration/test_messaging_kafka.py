"""What only a real broker can show: poll intervals, refused batches, a broker that goes away and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest
from tests.fixtures.messaging import KafkaLab, Ping, Seen, kafka_lab, ping, service, until, until_committed, until_ready

from careline.contracts.topics import Topic
from careline.messaging import Done, MessageContext, Outcome, Output, Partition, State, on, read_dead_letter
from careline.messaging.runner import Runner
from careline_cli.stack.home import Home
from careline_cli.stack.parts.kafka import Kafka
from careline_cli.stack.ports import PortBook
from careline_cli.stack.process import Child
from careline_cli.stack.waiting import until_ready as until_part_ready

pytestmark = pytest.mark.integration


async def test_a_handler_longer_than_the_poll_interval_starts_no_rebalance(
    real_lab: KafkaLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = await real_lab.topic("source", partitions=2), await real_lab.topic("target")
    seen, assignments = Seen(), []
    original = Runner.on_assigned

    async def counted(self: Runner, partitions: Collection[Partition]) -> None:
        assignments.append(partitions)
        await original(self, partitions)

    monkeypatch.setattr(Runner, "on_assigned", counted)

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        if event.ref.conversation == "long":
            await asyncio.sleep(2.5)
        return Done((Output(target, event),))

    settings = {"max_poll_interval": 0.8}
    async with service(real_lab, on(source, handle), publishes=[target], settings=settings) as svc:
        await svc.publish(*(Output(source, ping(name, n)) for n, name in enumerate(["long", "a", "b", "long"])))
        expected = {record.partition: record.offset + 1 for record in await real_lab.records(source)}
        await until_committed(real_lab, source, svc.group(source), expected)
    assert len(assignments) == 1
    assert len(seen.order) == 4  # each begun once
    assert len(await real_lab.records(target)) == 4


async def test_a_batch_that_the_broker_refuses_does_not_poison_the_producer(real_lab: KafkaLab) -> None:
    source = await real_lab.topic("source")
    narrow = await real_lab.topic("target", max_message_bytes=3000)
    declared = replace(narrow, max_message_bytes=1_000_000)  # more than the topic really takes

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        return Done((Output(declared, ping("c", event.n, "x" * (50_000 if event.n == 1 else 10))),))

    async with service(real_lab, on(source, handle), publishes=[declared]) as svc:
        await svc.publish(*(Output(source, ping("c", n)) for n in range(4)))
        await until_committed(real_lab, source, svc.group(source), {0: 4})
    arrived = [Ping.from_bytes(record.value or b"").n for record in await real_lab.records(narrow)]
    assert arrived == [0, 2, 3]
    (letter,) = await real_lab.records(real_lab.dead_letters)
    assert read_dead_letter(letter).error == "TooLargeError"


@pytest.fixture
def own_kafka(parts_home: Home) -> Iterator[Kafka]:
    """A broker for one test to stop and start; `kafka` of the session is left alone."""
    home = Home.at(parts_home.root / "own")
    home.create()
    yield Kafka(home, PortBook({}))


async def test_a_broker_that_goes_away_and_comes_back(own_kafka: Kafka) -> None:
    await own_kafka.prepare(None)
    child = Child(own_kafka.command())
    await until_part_ready(child, own_kafka.ready, timeout_s=90)
    seen = Seen()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        seen.note(event, context)
        return Done((Output(target, event),))

    try:
        async with kafka_lab(own_kafka.address) as lab:
            source, target = await lab.topic("source"), await lab.topic("target")
            async with service(lab, on(source, handle), publishes=[target]) as svc:
                await until_ready(svc)
                await svc.publish(Output(source, ping("c", 0)))
                await until_committed(lab, source, svc.group(source), {0: 1})
                child.kill()
                # Accepted while the broker is away: acknowledged once, when it is back.
                publishing = asyncio.create_task(svc.publish(Output(source, ping("c", 1))))
                await asyncio.sleep(0.5)
                assert not publishing.done()
                child = Child(own_kafka.command())
                await until_part_ready(child, own_kafka.ready, timeout_s=90)
                await asyncio.wait_for(publishing, 30)
                await until(lambda: seen.of("c") == [0, 1])
                await until_ready(svc)
                await until_committed(lab, source, svc.group(source), {0: 2})
                assert len(await lab.records(target)) == 2
                # And away again: a service that is told to stop now must still end, and cleanly.
                lab.made.clear()
                child.kill()
                await asyncio.sleep(0.5)
            assert svc.health().consumers[source.name] is State.STOPPED
    finally:
        child.kill()


async def test_a_service_starts_and_stops_without_a_broker() -> None:
    source = Topic("source", Ping, (), ())
    lab = KafkaLab("127.0.0.1:1", None, "x.", dead_letters=source)

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        return Done()

    svc = service(lab, on(source, handle))
    async with svc:
        await asyncio.sleep(0.3)
        assert not svc.health().ready
    # Leaving the block is the proof: nothing hung.
