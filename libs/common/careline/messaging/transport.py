"""What the runner needs of a broker. `kafka` and `memory` implement it and pass one contract suite."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]


class Partition(NamedTuple):
    """A topic's partition; equal to the client library's own tuple."""

    topic: str
    partition: int


class Record(Protocol):
    """A message as it lies on its topic. `timestamp` in milliseconds since 1970."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Member(Protocol):
    """Is told when partitions move. Both are awaited before the group goes on."""

    async def on_revoked(self) -> None:
        """All partitions are about to be taken away; offsets can still be committed."""
        ...

    async def on_assigned(self, partitions: Collection[Partition]) -> None:
        """These are ours now (perhaps none); reading begins at their committed offsets."""
        ...


class Consumer(Protocol):
    """One membership in a group."""

    async def start(self) -> None:
        """Join; returns when the first assignment is there."""
        ...

    async def poll(self, room: int) -> Sequence[Record]:
        """At least one and at most `room` records, as soon as there are any. Raises TransportError."""
        ...

    def pause(self, partition: Partition) -> None:
        """Take no more records from this partition, until `resume` or the next assignment."""
        ...

    def resume(self, partition: Partition) -> None:
        """Take records from this partition again."""
        ...

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Store positions. Raises CommitDeferred, OwnershipLost, TransportError."""
        ...

    async def stop(self) -> None:
        """Leave the group, without `on_revoked`; within seconds, and without an error, even if the broker is away."""
        ...


class Transport(Protocol):
    """A connection to a broker: one producer for the whole process, and consumers."""

    async def start(self) -> None:
        """Begin to connect; does not wait for a broker that is away."""
        ...

    async def stop(self) -> None:
        """Flush for a bounded time and disconnect."""
        ...

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[None]:
        """Append a record behind all sent before; the result completes when the broker has it.

        Both raise PublishError, and TooLargeError if no retry would help.
        """
        ...

    def consumer(self, topics: Sequence[str], group: str, member: Member) -> Consumer:
        """A new, unstarted membership."""
        ...
