"""Offsets: committed up to the first unfinished record, after its outputs' acknowledgement; the span is capped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

import pytest
from tests.fixtures.messaging import Lab, Ping, Seen, ping, service, until, until_committed, until_ready

from careline.messaging import Done, MessageContext, Outcome, Output, Transport, on
from careline.messaging.transport import Consumer, Headers, Member

pytestmark = pytest.mark.integration


async def test_the_floor_stays_below_the_first_unfinished_and_all_above_it_comes_again(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    seen, free = Seen(), asyncio.Event()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if event.n == 2:
            await free.wait()
        seen.note(event, context)
        return Done((Output(target, event),))

    def member():  # type: ignore[no-untyped-def]
        return service(lab, on(source, handle), publishes=[target], settings={"drain": 0.2})

    async with member() as svc:
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(6)))
        await until(lambda: len(seen.order) == 5)
        await until_committed(lab, source, svc.group(source), {0: 2})
    # Stopped while n=2 was unfinished: it was cancelled, and the floor did not move.
    assert await lab.committed(source, svc.group(source)) == {0: 2}

    free.set()
    async with member() as again:
        await until(lambda: len(seen.order) == 9)
        await until_committed(lab, source, again.group(source), {0: 6})
    assert sorted(n for _, n in seen.order[5:]) == [2, 3, 4, 5]
    ids: dict[int, set[str]] = {}
    for record in await lab.records(target):
        ids.setdefault(Ping.from_bytes(record.value or b"").n, set()).add(dict(record.headers)["ce_id"].decode())
    assert {n: len(found) for n, found in ids.items()} == dict.fromkeys(range(6), 1)


class SlowAcknowledgements:
    """Passes everything on, but keeps acknowledgements of `topic` back until `free`."""

    def __init__(self, inner: Transport, topic: str) -> None:
        self.inner, self.topic, self.free, self.held = inner, topic, asyncio.Event(), 0

    async def start(self) -> None:
        await self.inner.start()

    async def stop(self) -> None:
        await self.inner.stop()

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[None]:
        acknowledgement = await self.inner.send(topic, key, value, headers)
        return self._hold(acknowledgement) if topic == self.topic else acknowledgement

    async def _hold(self, acknowledgement: Awaitable[None]) -> None:
        await acknowledgement
        self.held += 1
        await self.free.wait()

    def consumer(self, topics: Sequence[str], group: str, member: Member) -> Consumer:
        return self.inner.consumer(topics, group, member)


async def test_nothing_is_committed_before_its_output_is_acknowledged(lab: Lab) -> None:
    source, target = await lab.topic("source"), await lab.topic("target")
    transport = SlowAcknowledgements(lab.transport(lab.settings()), target.name)

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        return Done((Output(target, event),)) if event.n else Done()

    async with service(lab, on(source, handle), publishes=[target], transport=transport) as svc:
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(4)))
        await until(lambda: transport.held == 3)
        await until_committed(lab, source, svc.group(source), {0: 1})  # n=0 had no output
        await asyncio.sleep(0.1)  # several commit intervals
        assert await lab.committed(source, svc.group(source)) == {0: 1}
        transport.free.set()
        await until_committed(lab, source, svc.group(source), {0: 4})


async def test_the_uncommitted_span_is_capped_and_goes_on_when_it_shrinks(lab: Lab) -> None:
    source = await lab.topic("source", partitions=1)
    started, free = Seen(), asyncio.Event()

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        started.note(event, context)
        await free.wait()
        return Done()

    settings = {"max_uncommitted": 5, "max_poll_interval": 1.0}
    async with service(lab, on(source, handle), settings=settings) as svc:
        await svc.publish(*(Output(source, ping(f"c{n}", n)) for n in range(20)))
        await until(lambda: len(started.order) == 5)
        # Longer than max.poll.interval: a paused partition must not cost the membership.
        await asyncio.sleep(1.5)
        assert len(started.order) == 5
        lag = svc.instruments.value("careline_commit_lag", service="svc", topic=source.name)
        assert lag == 5
        free.set()
        await until_committed(lab, source, svc.group(source), {0: 20})
    assert [n for _, n in started.order] == list(range(20))  # no redelivery


async def test_a_partition_at_its_cap_does_not_stop_the_others(lab: Lab) -> None:
    source = await lab.topic("source", partitions=2)
    seen = Seen()
    free = asyncio.Event()
    async with service(lab, publishes=[source]) as sender:
        await sender.publish(*(Output(source, ping(f"c{n}", n)) for n in range(40)))
    of_first = [Ping.from_bytes(r.value or b"").ref.conversation for r in await lab.records(source) if r.partition == 0]
    others = 40 - len(of_first)
    assert len(of_first) > 5
    assert others > 5

    async def handle(event: Ping, context: MessageContext) -> Outcome:
        if context.partition == 0:
            await free.wait()
        seen.note(event, context)
        return Done()

    async with service(lab, on(source, handle), settings={"max_uncommitted": 4}) as svc:
        await until_ready(svc)
        await until(lambda: len(seen.order) == others)
        await until_committed(lab, source, svc.group(source), {1: others})
        free.set()
        await until(lambda: len(seen.order) == 40)
