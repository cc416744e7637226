"""One generation of partitions: what of it is in flight, and whether we still speak for it."""

from __future__ import annotations

import asyncio
import time
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
    """Everything that ends when the partitions are taken away.

    `concurrency` bounds the handlers, `cap` the records of one partition between its floor and the newest taken.
    `lease` (seconds): a process that stood still for longer has been forgotten by its group.
    """

    def __init__(self, concurrency: int, cap: int, lease: float) -> None:
        self.draining = False
        self.released = asyncio.Event()
        self.lanes: Lanes[object, Delivery] = Lanes(concurrency)
        self.tasks: set[asyncio.Task[None]] = set()
        self._cap = cap
        self._lease = lease
        self._valid_until = time.monotonic() + lease
        self._offsets: dict[Partition, Offsets] = {}
        self._paused: set[Partition] = set()

    # -- ownership: outputs are published only while it lasts ---------------------------------------------------

    @property
    def owned(self) -> bool:
        """Nobody else can have these partitions."""
        return time.monotonic() < self._valid_until

    def renew(self) -> bool:
        """Extend the lease; false if it has ended."""
        if not self.owned:
            return False
        self._valid_until = time.monotonic() + self._lease
        return True

    def disown(self) -> None:
        """These partitions are, or may be, somebody else's from now on."""
        self._valid_until = 0.0

    # -- records ------------------------------------------------------------------------------------------------

    def admit(self, record: Record) -> None:
        """Queue a record behind the others of its key."""
        partition = Partition(record.topic, record.partition)
        offsets = self._offsets.get(partition)
        if offsets is None:
            offsets = self._offsets[partition] = Offsets()
        offsets.begin(record.offset)
        # Records without a key keep their partition's order.
        lane = partition if record.key is None else (record.topic, record.key)
        self.lanes.add(lane, Delivery(record, lane, self))

    def finish(self, delivery: Delivery) -> Partition | None:
        """The record is handled and its outputs acknowledged. Returns its partition if it may be resumed."""
        record = delivery.record
        partition = Partition(record.topic, record.partition)
        offsets = self._offsets[partition]
        offsets.finish(record.offset)
        self.lanes.finish(delivery.lane)
        if partition in self._paused and offsets.span <= self._cap // 2:
            self._paused.discard(partition)
            return partition
        return None

    def room(self, batch: int) -> int:
        """How many records may be taken at once so that no partition exceeds its cap, whichever they come from."""
        spans = [offsets.span for partition, offsets in self._offsets.items() if partition not in self._paused]
        return max(1, min(batch, self._cap - max(spans, default=0)))

    def pause_full(self) -> Iterator[Partition]:
        """Partitions that have just reached their cap."""
        for partition, offsets in self._offsets.items():
            if offsets.span >= self._cap and partition not in self._paused:
                self._paused.add(partition)
                yield partition

    # -- offsets ------------------------------------------------------------------------------------------------

    @property
    def lag(self) -> int:
        """Records taken and not passed by a floor, over all partitions."""
        return sum(offsets.span for offsets in self._offsets.values())

    def pending(self) -> dict[Partition, int]:
        """Offsets to commit."""
        floors = {partition: offsets.pending for partition, offsets in self._offsets.items()}
        return {partition: floor for partition, floor in floors.items() if floor is not None}

    def committed(self, floors: dict[Partition, int]) -> None:
        """The broker has stored `floors`."""
        for partition, floor in floors.items():
            self._offsets[partition].committed(floor)
