"""Stores positions: regularly, off the hot path, and once more when partitions are handed over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from prometheus_client import Gauge

from .assignment import Assignment
from .errors import CommitDeferred, OwnershipLost, TransportError
from .transport import Consumer

log = logging.getLogger(__name__)

# The client itself would try for as long as the broker is away.
_LIMIT = 2.0


class Committer:
    """Commits the floors of one membership's assignments. `lost` is called when the group has gone on without us."""

    def __init__(self, name: str, consumer: Consumer, lag: Gauge, lost: Callable[[], None]) -> None:
        self._name = name
        self._consumer = consumer
        self._lag = lag
        self._lost = lost

    async def regularly(self, interval: float, current: Callable[[], Assignment]) -> None:
        """Commit the current assignment every `interval` seconds, and keep its lease."""
        while True:
            await asyncio.sleep(interval)
            assignment = current()
            if assignment.draining:
                continue
            if assignment.renew():
                await self.commit(assignment)
            else:
                self._lose("stood still for longer than its session", assignment)

    async def commit(self, assignment: Assignment) -> None:
        """Store the floors that moved. What fails now is stored with the next commit."""
        floors = assignment.pending()
        if floors and assignment.owned:
            try:
                await asyncio.wait_for(self._consumer.commit(floors), _LIMIT)
            except CommitDeferred:
                pass
            except OwnershipLost as error:
                self._lose(str(error), assignment)
            except (TransportError, TimeoutError) as error:
                log.warning("%s: commit failed (%s), trying again", self._name, error or "no answer")
            else:
                assignment.committed(floors)
        self._lag.set(assignment.lag)

    def _lose(self, why: str, assignment: Assignment) -> None:
        log.warning("%s: no longer a member of the group (%s); outputs are discarded", self._name, why)
        assignment.disown()
        if not assignment.draining:
            self._lost()
