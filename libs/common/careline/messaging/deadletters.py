"""Records given up: the original bytes and headers, and in `dead_*` headers why and where from.

A dead letter can be replayed from itself alone. The reason is read by operators: it has no personal data, whatever
the error quoted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from careline.privacy import conceal

from .outcomes import DeadLetter
from .transport import Headers, Record
from .wire import wire_size

PREFIX = "dead_"

Send = Callable[[str, bytes | None, bytes | None, Headers], Awaitable[Awaitable[None]]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was given up. `timestamp`: its own, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    group: str
    attempts: int


@dataclass(frozen=True, slots=True)
class DeadRecord:
    """A dead letter, read back. Value and headers are those of the original; `truncated` ones cannot be replayed."""

    origin: Origin
    reason: str
    error: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    truncated: bool


def bury(record: Record, group: str, attempts: int, why: DeadLetter, limit: int) -> tuple[bytes | None, Headers]:
    """Value and headers of the dead letter for `record`; cut only if it would exceed `limit` bytes on its topic."""
    told = {
        "reason": conceal(why.reason),
        "error": conceal(why.error),
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "group": group,
        "attempts": attempts,
    }
    stamps = [(PREFIX + name, str(value).encode()) for name, value in told.items()]
    headers = [*original_headers(record), *stamps]
    if wire_size(record.key, record.value, headers) <= limit:
        return record.value, headers
    # Cannot happen while the dead-letter topic takes more than every source; a partition must not stop over it.
    cut = [*stamps, (PREFIX + "truncated", b"1")]
    room = max(0, limit - wire_size(record.key, None, cut))
    return (record.value or b"")[:room], cut


def read(record: Record) -> DeadRecord:
    """Parse a record of the dead-letter topic. Raises KeyError or ValueError if it is none."""
    told = {name[len(PREFIX) :]: value.decode() for name, value in record.headers if name.startswith(PREFIX)}
    origin = Origin(
        topic=told["topic"],
        partition=int(told["partition"]),
        offset=int(told["offset"]),
        timestamp=int(told["timestamp"]),
        group=told["group"],
        attempts=int(told["attempts"]),
    )
    return DeadRecord(
        origin,
        told["reason"],
        told["error"],
        record.key,
        record.value,
        original_headers(record),
        truncated="truncated" in told,
    )


async def replay(record: Record, send: Send) -> DeadRecord:
    """Send a dead letter's original back to its topic, byte for byte; returns after the acknowledgement.

    Raises ValueError for a truncated one, PublishError if the broker does not take it.
    """
    dead = read(record)
    if dead.truncated:
        raise ValueError(f"{dead.origin.topic}[{dead.origin.partition}]@{dead.origin.offset} was cut: not replayable")
    await (await send(dead.origin.topic, dead.key, dead.value, dead.headers))
    return dead


def original_headers(record: Record) -> Headers:
    """The headers the record had before it was given up (for the first time)."""
    return tuple((name, value) for name, value in record.headers if not name.startswith(PREFIX))
