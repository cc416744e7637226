"""A broker in memory: the same behaviour as Kafka as far as `transport` promises, for tests without Kafka.

One `MemoryBroker` is the cluster; each service gets its own `MemoryTransport(broker)`.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from .errors import NotRunningError, OwnershipLost, PublishError
from .transport import Headers, Member, Partition


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """A record on a topic in memory."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(slots=True)
class _Group:
    members: list[MemoryConsumer] = field(default_factory=list)
    committed: dict[Partition, int] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class MemoryBroker:
    """Topics, groups and their committed offsets."""

    def __init__(self, partitions: int = 3) -> None:
        self._default = partitions
        self._partitions: dict[str, int] = {}
        self._logs: dict[Partition, list[MemoryRecord]] = defaultdict(list)
        self._groups: dict[str, _Group] = defaultdict(_Group)
        self._changed = asyncio.Event()

    def records(self, topic: str) -> list[MemoryRecord]:
        """All records of a topic, partition by partition."""
        return [record for partition in self.partitions(topic) for record in self.log(partition)]

    def committed(self, topic: str, group: str) -> dict[Partition, int]:
        """The positions a group has stored."""
        return {partition: at for partition, at in self._groups[group].committed.items() if partition.topic == topic}

    def partitions(self, topic: str) -> list[Partition]:
        """The partitions of a topic; any name is a topic."""
        return [Partition(topic, number) for number in range(self._partitions.get(topic, self._default))]

    def create(self, topic: str, partitions: int) -> None:
        """Give a topic another number of partitions than the default; before it is used."""
        self._partitions[topic] = partitions

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> MemoryRecord:
        """Add a record behind all others of its partition."""
        number = 0 if key is None else crc32(key) % len(self.partitions(topic))
        partition = Partition(topic, number)
        log = self._logs[partition]
        record = MemoryRecord(topic, number, len(log), int(time.time() * 1000), key, value, tuple(headers))
        log.append(record)
        self._wake()
        return record

    def log(self, partition: Partition) -> list[MemoryRecord]:
        """The records of one partition."""
        return self._logs[partition]

    async def wait(self) -> None:
        """Until a record is appended, or partitions move or resume."""
        await self._changed.wait()

    async def join(self, consumer: MemoryConsumer) -> None:
        """Add a member and give everybody their share. Goes on by itself if the caller is cancelled."""
        await asyncio.shield(asyncio.ensure_future(self._join(consumer)))

    async def _join(self, consumer: MemoryConsumer) -> None:
        group = self._groups[consumer.group]
        async with group.lock:
            await self._revoke(group)
            group.members.append(consumer)
            await self._assign(group)

    async def leave(self, consumer: MemoryConsumer) -> None:
        """Remove a member; it is not asked, the others are."""
        group = self._groups[consumer.group]
        async with group.lock:
            if consumer in group.members:
                group.members.remove(consumer)
                consumer.positions.clear()
                await self._revoke(group)
                await self._assign(group)

    def commit(self, consumer: MemoryConsumer, offsets: Mapping[Partition, int]) -> None:
        """Store positions of partitions that `consumer` owns."""
        group = self._groups[consumer.group]
        if consumer not in group.members or not set(offsets) <= set(consumer.positions):
            raise OwnershipLost(consumer.group)
        group.committed.update(offsets)

    async def _revoke(self, group: _Group) -> None:
        for member in group.members:
            member.moving = True
        # At the same time, as in a real group: everybody drains while the others do.
        await asyncio.gather(*(member.listener.on_revoked() for member in group.members))

    async def _assign(self, group: _Group) -> None:
        for number, member in enumerate(group.members):
            share = [p for topic in member.topics for p in self.partitions(topic)[number :: len(group.members)]]
            member.positions = {partition: group.committed.get(partition, 0) for partition in share}
            member.paused = set()
            await member.listener.on_assigned(share)
            member.moving = False
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class MemoryConsumer:
    """A member of a group in memory."""

    def __init__(self, broker: MemoryBroker, topics: Sequence[str], group: str, listener: Member) -> None:
        self.topics = tuple(topics)
        self.group = group
        self.listener = listener
        self.positions: dict[Partition, int] = {}
        self.paused: set[Partition] = set()
        self.moving = True
        self._broker = broker

    async def start(self) -> None:
        await self._broker.join(self)

    async def poll(self, room: int) -> Sequence[MemoryRecord]:
        while not (taken := self._take(room)):
            await self._broker.wait()
        return taken

    def _take(self, room: int) -> list[MemoryRecord]:
        taken: list[MemoryRecord] = []
        for partition, position in self.positions.items():
            if self.moving or partition in self.paused:
                continue
            records = self._broker.log(partition)[position : position + room - len(taken)]
            self.positions[partition] = position + len(records)
            taken += records
        return taken

    def pause(self, partition: Partition) -> None:
        self.paused.add(partition)

    def resume(self, partition: Partition) -> None:
        self.paused.discard(partition)
        self._broker._wake()

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        self._broker.commit(self, offsets)

    async def stop(self) -> None:
        await self._broker.leave(self)


class MemoryTransport:
    """One process's connection to a `MemoryBroker`. While `failing`, every send raises PublishError."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.broker = broker
        self.failing = False
        self._running = False

    async def start(self) -> None:
        self._running = True

    async def stop(self) -> None:
        self._running = False

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[None]:
        if not self._running:
            raise NotRunningError("the transport is not started")
        if self.failing:
            raise PublishError("the broker in memory was told to fail")
        self.broker.append(topic, key, value, headers)
        return _acknowledged()

    def consumer(self, topics: Sequence[str], group: str, member: Member) -> MemoryConsumer:
        return MemoryConsumer(self.broker, topics, group, member)


async def _acknowledged() -> None:
    await asyncio.sleep(0)
