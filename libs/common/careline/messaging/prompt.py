"""A producer that writes to the broker's socket at once, and a client that writes its messages in a few steps.

The library's producer hands a record to a background task, which hands it to another. Under many records that is what
one wants: while a request is under way the next ones gather. With nothing under way both only cost their turns of the
event loop, several in every hop of a message, so a record that finds its broker free is sent from where it stands. All
else is the library's: sequence numbers, one request at a time for a broker, retries in order, and its background task
for whatever could not go at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient, CloseReason, ConnectionGroup
from aiokafka.errors import KafkaError, RequestTimedOutError
from aiokafka.producer.sender import SendProduceReqHandler
from aiokafka.structs import TopicPartition

from .kafka_wire import quick


def hasten(client: AIOKafkaClient) -> None:
    """Let `client` write fetches and produced records by `kafka_wire`."""
    send = client.send

    def quick_send(node: int, request: Any, **options: Any) -> Awaitable[Any]:
        return send(node, quick(request), **options)  # type: ignore[no-any-return]

    client.send = quick_send


class PromptProducer(AIOKafkaProducer):  # type: ignore[misc]
    """An idempotent producer without transactions and without lingering."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._begun: set[asyncio.Task[None]] = set()
        hasten(self.client)

    async def send(self, *arguments: Any, **options: Any) -> asyncio.Future[Any]:
        acknowledged: asyncio.Future[Any] = await super().send(*arguments, **options)
        waiting = self._message_accumulator._batches
        if len(waiting) == 1:  # ours alone, unless it was taken already
            self._send_now(next(iter(waiting)))
        return acknowledged

    def _send_now(self, partition: TopicPartition) -> None:
        """Send what waits for `partition`, if nothing is under way to its broker."""
        sender = self._sender
        node = self.client.cluster.leader_for_partition(partition)
        if node is None or node in sender._in_flight or partition in sender._muted_partitions:
            return
        connection = self.client._conns.get((node, ConnectionGroup.DEFAULT))
        if connection is None or not connection.connected() or not self._txn_manager.has_pid():
            return
        batch = self._message_accumulator._pop_batch(partition)
        sender._in_flight.add(node)
        sender._muted_partitions.add(partition)
        handler = SendProduceReqHandler(sender, {partition: batch})
        handler._client = _Begun(self.client, connection, handler.create_request())
        task = asyncio.create_task(self._finish(handler, node, partition), name="produce")
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)

    async def _finish(self, handler: SendProduceReqHandler, node: int, partition: TopicPartition) -> None:
        sender, accumulator = self._sender, self._message_accumulator
        try:
            await handler.do(node)
        finally:
            sender._in_flight.discard(node)
            sender._muted_partitions.discard(partition)
            # The background task does not know of this request: what had to wait for it goes now.
            if accumulator._batches and not accumulator._waiter_future.done():
                accumulator._waiter_future.set_result(None)


class _Begun:
    """The client as a request's handler sees it, when the request is on its way already."""

    def __init__(self, client: AIOKafkaClient, connection: Any, request: Any) -> None:
        self._client = client
        self._connection = connection
        self._failed: KafkaError | None = None
        try:
            self._answer: Awaitable[Any] = connection.send(quick(request))
        except KafkaError as error:  # the connection broke in this moment
            self._failed = error

    async def send(self, node: int, request: Any) -> Any:
        """The answer to what was sent. Raises KafkaError as the client does."""
        if self._failed is not None:
            raise self._failed
        try:
            return await self._answer
        except TimeoutError as error:
            self._connection.close(reason=CloseReason.CONNECTION_TIMEOUT)
            raise RequestTimedOutError from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
