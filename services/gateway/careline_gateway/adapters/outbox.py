"""From the outbox to the broker: at once after the commit, and by a relay for what that missed."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
import orjson

from careline.contracts.topics import CONVERSATIONS_CHANGED, TURNS_RECEIVED, Topic
from careline.messaging import MessagingError, Output
from careline.runtime import Health
from careline.storage import Database
from careline.storage.claims import EVERY_TENANT

from ..domain.change import Outgoing
from ..ports import Clock, StoreUnavailable
from .store import available

log = logging.getLogger(__name__)

Publish = Callable[[Output], Awaitable[None]]

PUBLISHES = (TURNS_RECEIVED, CONVERSATIONS_CHANGED)
# Beyond this many sends under way the broker is in trouble: the relay has the rest.
_MAX_DIRECT = 1000
_FORGET_S = 0.1
_RELAY_S = 1.0
_SEND_S = 5.0
_REST_S = 5.0  # after an error that nobody has foreseen
_BATCH = 100
# Younger rows are still in the hands of the process that wrote them.
_OLD = timedelta(seconds=3)
_DELETE = "DELETE FROM gateway.outbox WHERE event_id = ANY($1::uuid[])"
_SENT = "SELECT gateway.sent($1, $2::uuid[])"
_UNSENT = """
SELECT event_id, topic, payload, trace::text FROM gateway.outbox WHERE created_at < $1
ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED"""


class OutboxPublisher:
    """Implements `ports.Outbox`. Sends twice rather than not at all; event ids make that harmless."""

    def __init__(self, publish: Publish, database: Database, clock: Clock) -> None:
        self._publish = publish
        self._database = database
        self._clock = clock
        self._sending: set[asyncio.Task[None]] = set()
        self._sent: list[str] = []
        self._later: deque[Output] = deque()
        self._loops: list[asyncio.Task[None]] = []
        self._trouble = ""

    def offer(self, outgoing: Sequence[Outgoing], trace: Mapping[str, str]) -> None:
        for out in outgoing:
            output = Output(out.topic, out.event, dict(trace) or None, out.written)
            if len(self._sending) + len(self._later) >= _MAX_DIRECT:
                return
            if out.urgent:
                self._start(self._send(output))
            else:
                self._later.append(output)

    async def start(self) -> None:
        self._loops = [
            asyncio.create_task(self._every(_FORGET_S, self._flush), name="outbox flush"),
            asyncio.create_task(self._every(_RELAY_S, self._relay), name="outbox relay"),
        ]

    async def stop(self) -> None:
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        with suppress(TimeoutError, StoreUnavailable):
            async with asyncio.timeout(3):
                await self._flush()
                await asyncio.gather(*self._sending, return_exceptions=True)
                await self._forget()

    def health(self) -> Health:
        return Health(not self._trouble, self._trouble)

    def _start(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, output: Output) -> None:
        # The row is deleted only after this; otherwise the relay tries again.
        if await self._acknowledged(output):
            self._sent.append(output.event.event_id)

    async def _acknowledged(self, output: Output) -> bool:
        try:
            async with asyncio.timeout(_SEND_S):
                await self._publish(output)
        except (MessagingError, TimeoutError) as error:
            self._trouble = f"the broker does not take events ({type(error).__name__})"
            log.warning("%s not published yet (%s)", output.topic.name, type(error).__name__)
            return False
        self._trouble = ""
        return True

    async def _flush(self) -> None:
        """Publish what is not urgent, then delete the rows of everything acknowledged."""
        while self._later:
            self._start(self._send(self._later.popleft()))
        await self._forget()

    async def _forget(self) -> None:
        sent, self._sent = self._sent, []
        if sent:
            try:
                with available():
                    await self._database.ask(EVERY_TENANT, _SENT, sent)
            except StoreUnavailable:
                self._sent += sent
                raise

    async def _relay(self) -> None:
        """Publish rows that nobody has published, a batch in one transaction, so that replicas share the work."""
        full = True
        while full:
            with available():
                async with self._database.tenant(EVERY_TENANT) as connection:
                    rows = await connection.fetch(_UNSENT, self._clock() - _OLD, _BATCH)
                    outcomes = await asyncio.gather(*(self._acknowledged(_output(row)) for row in rows))
                    sent = [row["event_id"] for row, sent in zip(rows, outcomes, strict=True) if sent]
                    if sent:
                        log.info("published %d events that had been left over", len(sent))
                        await connection.execute(_DELETE, sent)
            full = len(sent) == _BATCH

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except StoreUnavailable as error:
                log.warning("outbox: %s", error)
            except Exception:
                log.exception("outbox")
                await asyncio.sleep(_REST_S)


def _output(row: asyncpg.Record) -> Output:
    topic = _topic(row["topic"])
    assert topic.event is not None
    return Output(topic, topic.event.from_bytes(row["payload"]), orjson.loads(row["trace"]) or None)


def _topic(name: str) -> Topic:
    return next(topic for topic in PUBLISHES if topic.name == name)
