"""Consumes topics: keyed order, commit floor, drain, rebalances, breaker.

The runner owns the life of one group membership; `assignment` says what is in flight, `dispatch` runs one attempt.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Collection, Mapping

from careline.telemetry import Instruments, registry

from .assignment import Assignment, Delivery
from .committer import Committer
from .dispatch import Again, Dispatch, Verdict
from .errors import TransportError
from .health import State
from .settings import MessagingSettings
from .transport import Consumer, Partition, Transport

log = logging.getLogger(__name__)

_BATCH = 100  # records taken at once; between two takes the event loop runs the handlers
_RECONNECT = 1.0
_CANCELLED = 1.0  # how long a cancelled handler may take to give in


class Runner:
    """A group member that hands records to the dispatch of their topic. Implements `transport.Member`.

    Its topics fall and rise together: the breaker of one stops them all.
    """

    def __init__(
        self,
        service: str,
        name: str,
        group: str,
        transport: Transport,
        dispatches: Mapping[str, Dispatch],
        settings: MessagingSettings,
        instruments: Instruments,
    ) -> None:
        self.state = State.STOPPED
        self._name = name
        self._group = group
        self._transport = transport
        self._dispatches = dict(dispatches)
        self._settings = settings
        self._assignment = self._new_assignment()
        self._committer: Committer | None = None
        self._consumer: Consumer | None = None
        self._halt = asyncio.Event()
        self._hurried = asyncio.Event()
        self._hurry_until = 0.0
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._lag = instruments.gauge(registry.COMMIT_LAG, service=service, topic=name)
        self._open = instruments.gauge(registry.BREAKER_OPEN, service=service, topic=name)

    def start(self) -> None:
        """Begin to consume, in a task of its own; joins when the broker can be reached. Again: no effect."""
        if self._task:
            return
        self.state = State.STARTING
        self._stop.clear()
        self._task = asyncio.create_task(self._supervise(), name=f"consume {self._name}")

    async def stop(self) -> None:
        """Finish what is in flight within the drain limit, commit, leave the group."""
        self._stop.set()
        if self._task:
            await self._task
            self._task = None
        self.state = State.STOPPED

    def hurry(self, seconds: float) -> None:
        """Let nothing gather for so long: somebody waits for what this member does."""
        self._hurry_until = time.monotonic() + seconds
        self._hurried.set()

    # -- life of memberships ------------------------------------------------------------------------------------

    async def _supervise(self) -> None:
        while not self._stop.is_set():
            wait = _RECONNECT
            try:
                await self._membership()
            except TransportError as error:
                log.warning("%s: broker unavailable (%s), trying again", self._name, error)
            except Exception:
                log.exception("%s: consumer failed, starting anew", self._name)
            opened = next((d.breaker for d in self._dispatches.values() if d.breaker.is_open), None)
            if opened:
                wait = opened.policy.cooldown
                log.error("%s: too many records failed; nothing is consumed for %.0f s", self._name, wait)
            if not self._stop.is_set():
                self.state = State.STOPPED_BY_BREAKER if opened else State.STARTING
                self._open.set(opened is not None)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), wait)
            for dispatch in self._dispatches.values():
                dispatch.breaker = dispatch.breaker.cooled(time.monotonic())
            self._open.set(any(dispatch.breaker.is_open for dispatch in self._dispatches.values()))

    async def _membership(self) -> None:
        """Join, consume until told to stop (or halted by the breaker, or the connection fails), leave."""
        self._halt.clear()
        self._assignment = self._new_assignment()
        consumer = self._consumer = self._transport.consumer(tuple(self._dispatches), self._group, self)
        committer = self._committer = Committer(self._name, consumer, self._lag, self._halt.set)
        working = asyncio.create_task(self._consume(consumer))
        committing = asyncio.create_task(committer.regularly(self._settings.commit_interval, lambda: self._assignment))
        signals = [asyncio.create_task(self._stop.wait()), asyncio.create_task(self._halt.wait())]
        try:
            await asyncio.wait([working, *signals], return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            self.state = State.DRAINING
            await _cancelled(working, *signals)
            await self._release(self._assignment)
            await _cancelled(committing)
            await consumer.stop()
            self._consumer = self._committer = None

    async def _consume(self, consumer: Consumer) -> None:
        await consumer.start()
        while True:
            room = self._assignment.room(_BATCH)
            records = await consumer.poll(room)
            for record in records:
                self._assignment.admit(record)
            for partition in self._assignment.pause_full():
                consumer.pause(partition)
            self._pump()
            if self._settings.gather and len(records) < room:
                await self._gather()

    async def _gather(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), self._settings.gather)
        if time.monotonic() >= self._hurry_until:
            self._hurried.clear()

    # -- transport.Member ---------------------------------------------------------------------------------------

    async def on_revoked(self) -> None:
        """Hand everything over: finish what is in flight, commit, and say nothing more for these partitions."""
        if self.state is State.RUNNING:
            self.state = State.REBALANCING
        await self._release(self._assignment)
        self._assignment = self._new_assignment()

    async def on_assigned(self, partitions: Collection[Partition]) -> None:
        """Joined, perhaps without partitions."""
        if self.state is not State.DRAINING:
            self.state = State.RUNNING

    async def _release(self, assignment: Assignment) -> None:
        if assignment.draining:  # a rebalance while we drain, or the other way round
            await assignment.released.wait()
            return
        assignment.draining = True
        assignment.lanes.close()
        try:
            # The first commit also tells whether the group still knows us; if not, waiting would be for nothing.
            await self._commit(assignment)
            if assignment.tasks and assignment.owned:
                await asyncio.wait(assignment.tasks, timeout=self._settings.drain)
            await self._commit(assignment)
        finally:
            assignment.disown()
            await _cancelled(*assignment.tasks)
            assignment.released.set()

    async def _commit(self, assignment: Assignment) -> None:
        if self._committer:
            await self._committer.commit(assignment)

    def _new_assignment(self) -> Assignment:
        settings = self._settings
        # A little less than the session: the last heartbeat was not now.
        lease = max(settings.session / 2, settings.session - 2 * settings.heartbeat_interval)
        return Assignment(settings.concurrency, settings.max_uncommitted, lease)

    # -- records ------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        assignment = self._assignment
        while (delivery := assignment.lanes.take()) is not None:
            task = asyncio.create_task(self._attempt(delivery))
            assignment.tasks.add(task)
            task.add_done_callback(assignment.tasks.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        verdict = await self._dispatches[delivery.record.topic].attempt(delivery)
        assignment = delivery.assignment
        if isinstance(verdict, Again):
            assignment.lanes.rest(delivery.lane)
            asyncio.get_running_loop().call_later(verdict.delay, self._wake, delivery)
        elif verdict is Verdict.FINISHED:
            freed = assignment.finish(delivery)
            if freed and self._consumer and assignment is self._assignment and not assignment.draining:
                self._consumer.resume(freed)
        elif verdict is Verdict.HALT:
            self._halt.set()
        if assignment is self._assignment:
            self._pump()

    def _wake(self, delivery: Delivery) -> None:
        assignment = delivery.assignment
        if assignment is self._assignment and not assignment.draining:
            assignment.lanes.wake(delivery.lane)
            self._pump()


async def _cancelled(*tasks: asyncio.Task[None] | asyncio.Task[bool]) -> None:
    """Cancel and wait, but not for a task that refuses."""
    for task in tasks:
        task.cancel()
    if tasks:
        done, _ = await asyncio.wait(tasks, timeout=_CANCELLED)
        for task in done:
            if not task.cancelled():
                task.exception()  # retrieved here so that it is not reported as lost
