"""The transport on Apache Kafka: one idempotent producer, consumers with manual commits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Collection, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import (
    CommitFailedError,
    ConsumerStoppedError,
    IllegalStateError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RebalanceInProgressError,
    UnknownTopicOrPartitionError,
)

from .errors import (
    CommitDeferred,
    NotRunningError,
    OwnershipLost,
    PublishError,
    TooLargeError,
    TransportError,
)
from .prompt import PromptProducer, hasten
from .quiet import quieten
from .settings import MessagingSettings
from .transport import Headers, Member, Partition, Record

log = logging.getLogger(__name__)

# What one record may take at most; each topic's own limit is checked before a record is sent.
_MAX_REQUEST = 16 * 1024 * 1024
# The broker sends a larger record too, if it is the first of a fetch.
_FETCH = 2 * 1024 * 1024
_RECONNECT = 0.5
_FLUSH = 5.0
_LEAVE = 5.0  # without an answer the group forgets us by itself


class KafkaTransport:
    """One process's connection to Kafka."""

    def __init__(self, settings: MessagingSettings, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._connected = asyncio.Event()
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        quieten()
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), name="connect producer")

    async def stop(self) -> None:
        connecting, self._connecting = self._connecting, None
        if connecting is not None:
            connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connecting
        self._connected.clear()
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stopped(producer)

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Awaitable[None]:
        producer = self._producer or await self._ready()
        if key is None and value is None:
            key = b""  # the client refuses a record of nothing
        try:
            acknowledgement = await producer.send(topic, value, key, headers=list(headers))
        except MessageSizeTooLargeError as error:
            raise TooLargeError(str(error)) from error
        except (UnknownTopicOrPartitionError, KafkaTimeoutError) as error:  # nothing was appended
            raise PublishError(f"{topic}: {type(error).__name__}") from error
        except KafkaError as error:
            raise self._failed(producer, error) from error
        return self._acknowledged(producer, acknowledgement)

    def consumer(self, topics: Sequence[str], group: str, member: Member) -> KafkaConsumer:
        return KafkaConsumer(self._settings, self._client_id, topics, group, member)

    async def _acknowledged(self, producer: AIOKafkaProducer, acknowledgement: Awaitable[object]) -> None:
        try:
            await acknowledgement
        except MessageSizeTooLargeError as error:  # the topic takes less than it was declared to
            self._failed(producer, error)
            raise TooLargeError(str(error)) from error
        except KafkaError as error:
            raise self._failed(producer, error) from error

    def _failed(self, producer: AIOKafkaProducer, error: Exception) -> PublishError:
        """A failed batch leaves a gap in an idempotent producer's sequence: only a new producer can go on."""
        if self._producer is producer and self._connecting is not None:
            log.warning("producer failed (%s), connecting anew", type(error).__name__)
            self._producer = None
            self._connected.clear()
            self._connecting = asyncio.create_task(self._connect(producer), name="reconnect producer")
        return PublishError(f"{type(error).__name__}: {error}")

    async def _ready(self) -> AIOKafkaProducer:
        if self._connecting is None:
            raise NotRunningError("the transport is not started")
        try:
            await asyncio.wait_for(self._connected.wait(), self._settings.request_timeout)
        except TimeoutError:
            raise PublishError("no connection to the broker") from None
        if self._producer is None:
            raise PublishError("the connection to the broker was lost again")
        return self._producer

    async def _connect(self, failed: AIOKafkaProducer | None = None) -> None:
        if failed is not None:
            await _stopped(failed)
        while True:
            producer = PromptProducer(
                bootstrap_servers=self._settings.bootstrap_servers,
                client_id=self._client_id,
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_request_size=_MAX_REQUEST,
                request_timeout_ms=_ms(self._settings.request_timeout),
            )
            try:
                await producer.start()
            except asyncio.CancelledError:
                await _stopped(producer)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, connecting goes on
                log.debug("no connection to %s: %s", self._settings.bootstrap_servers, error)
                await _stopped(producer)
                await asyncio.sleep(_RECONNECT)
            else:
                self._producer = producer
                self._connected.set()
                return


class KafkaConsumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """A group member on one topic or several."""

    def __init__(
        self, settings: MessagingSettings, client_id: str, topics: Sequence[str], group: str, member: Member
    ) -> None:
        self._topics = topics
        self._member = member
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.bootstrap_servers,
            client_id=client_id,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_min_bytes=settings.fetch_min_bytes,
            fetch_max_wait_ms=_ms(settings.fetch_wait),
            max_partition_fetch_bytes=_FETCH,
            session_timeout_ms=_ms(settings.session),
            rebalance_timeout_ms=_ms(settings.session),
            heartbeat_interval_ms=_ms(settings.heartbeat_interval),
            max_poll_interval_ms=_ms(settings.max_poll_interval),
            request_timeout_ms=_ms(settings.session + settings.request_timeout),
        )
        hasten(self._consumer._client)

    async def start(self) -> None:
        self._consumer.subscribe(list(self._topics), listener=self)
        try:
            await self._consumer.start()
        except KafkaError as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

    async def poll(self, room: int) -> Sequence[Record]:
        try:
            first: Record = await self._consumer.getone()
            if room == 1:
                return (first,)
            # Does not wait; also lets the next fetch begin while these records are handled.
            more = await self._consumer.getmany(max_records=room - 1)
        except (KafkaError, ConsumerStoppedError) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error
        return [first, *(record for records in more.values() for record in records)]

    def pause(self, partition: Partition) -> None:
        with contextlib.suppress(IllegalStateError):  # moved away in this moment
            self._consumer.pause(_native(partition))

    def resume(self, partition: Partition) -> None:
        with contextlib.suppress(IllegalStateError):
            self._consumer.resume(_native(partition))

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        try:
            await self._consumer.commit({_native(partition): offset for partition, offset in offsets.items()})
        except CommitFailedError as error:
            if isinstance(error.__cause__, RebalanceInProgressError):
                raise CommitDeferred("rebalance in progress") from error
            raise OwnershipLost(f"{type(error.__cause__).__name__}") from error
        except IllegalStateError as error:
            raise OwnershipLost(str(error)) from error
        except KafkaError as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

    async def stop(self) -> None:
        stopping = asyncio.create_task(self._consumer.stop())
        await asyncio.wait([stopping], timeout=_LEAVE)
        # While the broker is away, the client's stop hangs, or ends half-way with the cancellation of its own tasks.
        if not stopping.done() or stopping.cancelled() or stopping.exception():
            stopping.cancel()
            await self._consumer._client.close()

    async def on_partitions_revoked(self, revoked: Collection[object]) -> None:
        await self._member.on_revoked()

    async def on_partitions_assigned(self, assigned: Collection[tuple[str, int]]) -> None:
        await self._member.on_assigned([Partition(*partition) for partition in assigned])


def _native(partition: Partition) -> object:
    return TopicPartition(*partition)


async def _stopped(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), _FLUSH)
    except (TimeoutError, KafkaError):  # without a broker it would flush for ever
        if producer._sender.sender_task:
            producer._sender.sender_task.cancel()
        await producer.client.close()


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
