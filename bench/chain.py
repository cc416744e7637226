r"""The floor: a bare aiokafka chain. As many processes and hops as a guide turn takes, the same partitions and bytes,
acks=all and an idempotent producer, and nothing done in between.

    driver -> hop 1 -> hop 2 -> hop 3 -> hop 4 -> driver        5 topics, 6 processes with the driver:
         \________\________\________\________\___> observer        who reads them all in batches, as insight does

Run by bench/turn.py; `python -m bench.chain hop BOOTSTRAP SOURCE TARGET BYTES` is one hop's process, `observe BOOTSTRAP
TOPIC ...` the observer's.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

PARTITIONS = 6


def topic_names(run: str, hops: int) -> list[str]:
    """One topic for each hop."""
    return [f"bench.{run}.{number}" for number in range(hops)]


async def hop(bootstrap: str, source: str, target: str, size: int) -> None:
    """Forward every record, with its value cut or padded to `size` bytes, until killed."""
    padding = b"x" * size
    consumer = _consumer(bootstrap, source)
    producer = _producer(bootstrap)
    await producer.start()
    await consumer.start()
    await consumer.seek_to_end()
    print("ready", flush=True)
    async for record in consumer:
        await producer.send_and_wait(target, (record.value[:36] + padding)[:size], key=record.key)


async def observe(bootstrap: str, *topics: str) -> None:
    """Read and forget every record of `topics`, in batches, until killed."""
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, group_id=f"{topics[0]}.observer", fetch_min_bytes=256 * 1024
    )
    await consumer.start()
    print("ready", flush=True)
    while True:
        await consumer.getmany(timeout_ms=250)


async def measure(bootstrap: str, sizes: Sequence[int], rate: float, seconds: float) -> list[float]:
    """Milliseconds from sending a record into the chain to receiving it at the end, one for each record.

    `sizes`: bytes on each topic; the number of hops is their number.
    """
    run = uuid.uuid4().hex[:8]
    topics = topic_names(run, len(sizes))
    async with AsyncExitStack() as stack:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        stack.push_async_callback(admin.close)
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in topics])
        stack.push_async_callback(admin.delete_topics, topics)
        for source, target, size in zip(topics, topics[1:], sizes[1:], strict=False):
            await _start(stack, "hop", bootstrap, source, target, str(size))
        await _start(stack, "observe", bootstrap, *topics)
        producer, consumer = _producer(bootstrap), _consumer(bootstrap, topics[-1])
        await producer.start()
        stack.push_async_callback(producer.stop)
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        await consumer.seek_to_end()
        return await _drive(producer, consumer, topics[0], sizes[0], rate, seconds)


async def _start(stack: AsyncExitStack, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.chain", *arguments, stdout=asyncio.subprocess.PIPE
    )

    async def end() -> None:
        process.kill()
        await process.wait()

    stack.push_async_callback(end)
    if process.stdout is None or await process.stdout.readline() != b"ready\n":
        raise RuntimeError(f"a process of the bare chain did not start: {arguments[0]}")


async def _drive(
    producer: AIOKafkaProducer, consumer: AIOKafkaConsumer, topic: str, size: int, rate: float, seconds: float
) -> list[float]:
    sent: dict[bytes, float] = {}
    times: list[float] = []
    count = int(rate * seconds)

    async def receive() -> None:
        async for record in consumer:
            times.append((time.perf_counter() - sent.pop(record.value[:36])) * 1000)
            if len(times) == count:
                return

    receiver = asyncio.create_task(receive())
    begin = time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
        name = str(uuid.uuid4()).encode()
        sent[name] = time.perf_counter()
        await producer.send(topic, (name + b"x" * size)[:size], key=name)
    await asyncio.wait_for(receiver, 30)
    return times


def _producer(bootstrap: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0)


def _consumer(bootstrap: str, topic: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=f"{topic}.group", auto_offset_reset="latest", fetch_max_wait_ms=250
    )


if __name__ == "__main__":
    what, bootstrap_, *rest = sys.argv[1:]
    if what == "observe":
        uvloop.run(observe(bootstrap_, *rest))
    else:
        uvloop.run(hop(bootstrap_, rest[0], rest[1], int(rest[2])))
