"""Sends outputs and dead letters, and waits until the broker has them."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from careline.contracts.topics import Topic
from careline.telemetry import Carrier, Instruments, registry

from .deadletters import bury
from .errors import PermanentError
from .outcomes import DeadLetter, Output
from .transport import Record, Transport
from .wire import encode


class Publisher:
    """The one producer of a process, seen by its handlers."""

    def __init__(
        self,
        service: str,
        transport: Transport,
        publishes: Sequence[Topic],
        dead_letters: Topic,
        instruments: Instruments,
    ) -> None:
        self._service = service
        self._transport = transport
        self._dead_letters = dead_letters
        self._counters = {
            topic.name: instruments.counter(registry.PUBLISHED, service=service, topic=topic.name)
            for topic in (*publishes, dead_letters)
        }

    async def publish(self, outputs: Sequence[Output], carrier: Carrier) -> None:
        """Append `outputs` in order; returns when all are acknowledged.

        Nothing is sent if one of them cannot be (TooLargeError, or a topic this service did not declare).
        Raises PublishError when the broker does not take them.
        """
        encoded = [(output.topic.name, *encode(output, self._service, output.trace or carrier)) for output in outputs]
        for name, *_ in encoded:
            if name not in self._counters:
                raise PermanentError(f"{self._service} does not declare that it publishes to {name}")
        acknowledgements: list[Awaitable[None]] = [
            await self._transport.send(name, key, value, headers) for name, key, value, headers in encoded
        ]
        for (name, *_), acknowledgement in zip(encoded, acknowledgements, strict=True):
            await acknowledgement
            self._counters[name].inc()

    async def bury(self, record: Record, group: str, attempts: int, why: DeadLetter) -> None:
        """Put a record among the dead letters; returns when it is acknowledged. Raises PublishError."""
        value, headers = bury(record, group, attempts, why, self._dead_letters.max_message_bytes)
        name = self._dead_letters.name
        await (await self._transport.send(name, record.key, value, headers))
        self._counters[name].inc()
