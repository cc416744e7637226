"""One generation of partitions: what of it is in flight, and whether we still speak for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from .lanes import Lanes
from .offsets import Offsets
from .outcomes import DeadLetter, Done
from .transport import Partition, Record


class Delivery:
    """A record on its way through a handler. `settled`: decided; only its publication may still be repeated.

    `condemned`: its failure is counted by the breaker.
    """

    __slots__ = ("assignment", "attempt", "condemned", "lane", "record", "settled")

    def __init__(self, record: Record, lane: object, assignment: Assignment) -> None:
        self.record = record
        self.lane = lane
        self.assignment = assignment
        self.attempt = 0
        self.settled: Done | DeadLetter | None = None
        self.condemned = False


class Assignment:
    """Everything that ends when the partitions are taken away. Outputs are published only while `owned`."""

    def __init__(self, limit: int) -> None:
        self.owned = True
        self.draining = False
        self.released = asyncio.Event()
        self.lanes: Lanes[object, Delivery] = Lanes(limit)
        self.tasks: set[asyncio.Task[None]] = set()
        self.paused: set[Partition] = set()
        self._offsets: dict[Partition, Offsets] = {}

    def admit(self, record: Record) -> None:
        """Queue a record behind the others of its key."""
        partition = Partition(record.topic, record.partition)
        offsets = self._offsets.get(partition)
        if offsets is None:
            offsets = self._offsets[partition] = Offsets()
        offsets.begin(record.offset)
        # Records without a key keep their partition's order.
        lane = partition if record.key is None else record.key
        self.lanes.add(lane, Delivery(record, lane, self))

    def finish(self, delivery: Delivery) -> Partition:
        """The record is handled and its outputs acknowledged."""
        record = delivery.record
        partition = Partition(record.topic, record.partition)
        self._offsets[partition].finish(record.offset)
        return partition

    def span(self, partition: Partition) -> int:
        """Records of a partition taken and not passed by its floor."""
        return self._offsets[partition].span

    def spans(self) -> Iterator[tuple[Partition, int]]:
        """All partitions with their spans."""
        return ((partition, offsets.span) for partition, offsets in self._offsets.items())

    def pending(self) -> dict[Partition, int]:
        """Offsets to commit."""
        floors = {partition: offsets.pending for partition, offsets in self._offsets.items()}
        return {partition: floor for partition, floor in floors.items() if floor is not None}

    def committed(self, floors: dict[Partition, int]) -> None:
        """The broker has stored `floors`."""
        for partition, floor in floors.items():
            self._offsets[partition].committed(floor)
