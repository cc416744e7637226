"""What a run left on the topics: bytes of each record, and when each stage of each turn had its output out."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition

# The way of a guide turn.
TOPICS = ("turns.received", "turns.classified", "turns.grounded", "turns.drafted", "turns.verified")


@dataclass
class Traffic:
    """By topic: sizes in bytes (value and headers), and the time of each turn's record in milliseconds since 1970."""

    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    times: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def mean_sizes(self) -> list[int]:
        """In the order of TOPICS."""
        return [round(statistics.mean(self.sizes[topic])) for topic in TOPICS]


async def read_traffic(bootstrap: str, since_ms: int, turns: Collection[str]) -> Traffic:
    """The records of `turns` that were written after `since_ms`."""
    traffic = Traffic()
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    async with consumer:
        for topic in TOPICS:
            partitions = [TopicPartition(topic, number) for number in await _partitions(consumer, topic)]
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            begins = await consumer.offsets_for_times(dict.fromkeys(partitions, since_ms))
            for partition in partitions:
                begin = begins[partition].offset if begins[partition] else ends[partition]
                consumer.seek(partition, begin)
            await _read(consumer, topic, ends, turns, traffic)
    return traffic


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[int]:
    # Asking for a topic makes the client fetch its metadata.
    await consumer._client._wait_on_metadata(topic)
    return sorted(consumer.partitions_for_topic(topic))


async def _read(
    consumer: AIOKafkaConsumer,
    topic: str,
    ends: Mapping[TopicPartition, int],
    turns: Collection[str],
    traffic: Traffic,
) -> None:
    while any([await consumer.position(partition) < end for partition, end in ends.items()]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                headers = dict(record.headers)
                turn = headers.get("ce_subject", b"").decode()
                if turn in turns:
                    size = len(record.value) + sum(len(name) + len(value) for name, value in record.headers)
                    traffic.sizes[topic].append(size)
                    traffic.times[topic].setdefault(turn, record.timestamp)
