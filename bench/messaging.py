"""What the messaging core adds to a bare Kafka hop: two chains in one process, the same topics' shape and bytes.

    KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 python -m bench.messaging --hops 5 --rate 40 --turns 400

Turns alternate between a bare aiokafka chain (consume, produce the same bytes, next) and a chain of our handlers
(decode, span, handler, CloudEvents headers, encode, acknowledged, committed), so both meet the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
import uuid
from dataclasses import dataclass, field
from typing import ClassVar

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from careline.contracts.base import Event, TurnRef
from careline.contracts.topics import Topic
from careline.messaging import Done, MessageContext, MessagingSettings, Outcome, Output, Service, create_topics, on


class Load(Event):
    """A turn's worth of bytes."""

    TYPE: ClassVar[str] = "bench.load"
    text: str


@dataclass
class Chain:
    """Topics in a row, and when each turn entered and left."""

    topics: list[Topic]
    sent: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)

    def forget(self) -> None:
        """Begin anew, after warming up."""
        self.sent.clear()
        self.seen.clear()

    def milliseconds(self) -> list[float]:
        """The latency of each turn."""
        return [(self.seen[turn] - at) * 1000 for turn, at in self.sent.items()]


def make_chain(name: str, hops: int, partitions: int) -> Chain:
    run = uuid.uuid4().hex[:8]
    return Chain([Topic(f"bench.{name}.{run}.{n}", Load, (), (), partitions=partitions) for n in range(hops + 1)])


def consumer(settings: MessagingSettings, topic: Topic) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        topic.name,
        bootstrap_servers=settings.bootstrap_servers,
        group_id=f"g.{topic.name}",
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        auto_commit_interval_ms=100,
    )


async def bare_hop(settings: MessagingSettings, producer: AIOKafkaProducer, source: Topic, target: Topic) -> None:
    async with consumer(settings, source) as records:
        async for record in records:
            await producer.send_and_wait(target.name, record.value, record.key)


async def sink(settings: MessagingSettings, chain: Chain) -> None:
    async with consumer(settings, chain.topics[-1]) as records:
        async for record in records:
            now = time.perf_counter()
            chain.seen[Load.from_bytes(record.value).ref.turn] = now


def our_chain(settings: MessagingSettings, chain: Chain) -> Service:
    def hop(target: Topic):  # type: ignore[no-untyped-def]
        async def handle(event: Load, context: MessageContext) -> Outcome:
            return Done((Output(target, event),))

        return handle

    pairs = zip(chain.topics, chain.topics[1:], strict=False)
    subscriptions = [on(source, hop(target)) for source, target in pairs]
    return Service("bench", settings, subscriptions, publishes=chain.topics)


async def drive(chains: list[Chain], producer: AIOKafkaProducer, rate: float, turns: int, size: int) -> None:
    """Send `turns` turns into each chain, alternating, each chain at `rate` a second."""
    started = time.perf_counter()
    for number in range(turns * len(chains)):
        await asyncio.sleep(max(0.0, started + number / (rate * len(chains)) - time.perf_counter()))
        chain = chains[number % len(chains)]
        turn = f"turn-{number}"
        ref = TurnRef(tenant="bench", conversation=f"conversation-{number % 50}", turn=turn, epoch=0)
        load = Load(ref=ref, text="x" * size)
        chain.sent[turn] = time.perf_counter()
        await producer.send(chain.topics[0].name, load.to_bytes(), ref.conversation.encode())
    while any(len(chain.seen) < len(chain.sent) for chain in chains):
        await asyncio.sleep(0.05)


async def measure(options: argparse.Namespace) -> tuple[Chain, Chain]:
    settings = MessagingSettings(bootstrap_servers=os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"))
    bare, ours = (make_chain(name, options.hops, options.partitions) for name in ("bare", "ours"))
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    await create_topics(admin, bare.topics + ours.topics)
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, acks="all", enable_idempotence=True, linger_ms=0
    )
    service = our_chain(settings, ours)
    async with producer, service:
        hops = [
            bare_hop(settings, producer, source, target)
            for source, target in zip(bare.topics, bare.topics[1:], strict=False)
        ]
        tasks = [asyncio.create_task(work) for work in (*hops, sink(settings, bare), sink(settings, ours))]
        while not service.health().ready:
            await asyncio.sleep(0.05)
        await drive([bare, ours], producer, options.rate, 100, options.bytes)
        bare.forget()
        ours.forget()
        await drive([bare, ours], producer, options.rate, options.turns, options.bytes)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await admin.delete_topics([topic.name for topic in bare.topics + ours.topics])
    await admin.close()
    return bare, ours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hops", type=int, default=5)
    parser.add_argument("--rate", type=float, default=40.0, help="turns a second, in each chain")
    parser.add_argument("--turns", type=int, default=400)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--bytes", type=int, default=1000)
    options = parser.parse_args()
    bare, ours = uvloop.run(measure(options))
    rows = {"bare aiokafka": bare.milliseconds(), "careline": ours.milliseconds()}
    print(f"{options.hops} hops, {options.rate:g} turns/s, {options.bytes} bytes, {options.partitions} partitions")
    for name, values in rows.items():
        p50, p99 = statistics.median(values), statistics.quantiles(values, n=100)[98]
        print(f"{name:14} p50 {p50:6.2f} ms  p99 {p99:6.2f} ms  a hop {p50 / (options.hops + 1):5.2f} ms")
    floor, found = (statistics.median(values) for values in rows.values())
    print(f"ratio {found / floor:.2f}, a hop costs {(found - floor) / options.hops * 1000:.0f} us more")


if __name__ == "__main__":
    main()
