"""An event as a record: CloudEvents' Kafka binding in binary mode, and W3C trace context."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from pydantic import ValidationError

from careline.contracts.base import Event
from careline.telemetry import Carrier

from .errors import TooLargeError, UndecodableError
from .outcomes import Output
from .transport import Headers

# Bytes that the batch around a single record takes, rounded up.
_BATCH_OVERHEAD = 128
_HEADER_OVERHEAD = 10
# More than the key and our headers ever take.
_ROOM_FOR_HEADERS = 4096


def encode(output: Output, source: str, carrier: Carrier) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of an output. Raises TooLargeError if the topic would refuse them."""
    event = output.event
    key = output.key.encode()
    value = output.written or event.to_bytes()
    headers = [
        *_constant_headers(type(event), source),
        ("ce_id", event.event_id.encode()),
        ("ce_time", datetime.now(UTC).isoformat().encode()),
        ("ce_subject", event.ref.turn.encode()),
        *[(name, text.encode()) for name, text in carrier.items()],
    ]
    # Exact only where it can matter: this runs for every message.
    if len(value) + _ROOM_FOR_HEADERS > output.topic.max_message_bytes:
        size = wire_size(key, value, headers)
        if size > output.topic.max_message_bytes:
            raise TooLargeError(
                f"{event.TYPE}: {size} bytes, {output.topic.name} takes {output.topic.max_message_bytes}"
            )
    return key, value, headers


@cache
def _constant_headers(event: type[Event], source: str) -> Headers:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", event.ce_type().encode()),
        ("ce_source", f"/careline/{source}".encode()),
        ("content-type", b"application/json"),
    )


def decode(event: type[Event], value: bytes | None, headers: Mapping[str, bytes]) -> Event:
    """The event in a record. Raises UndecodableError, whose text names fields but quotes no value."""
    declared = headers.get("ce_type")
    if declared is not None and declared != event.ce_type().encode():
        raise UndecodableError(f"{declared.decode(errors='replace')} is not {event.ce_type()}")
    if value is None:
        raise UndecodableError("no value")
    try:
        return event.from_bytes(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        where = "; ".join(f"{'.'.join(map(str, p['loc'])) or 'body'}: {p['type']}" for p in problems[:5])
        raise UndecodableError(f"{event.ce_type()}: {where}") from None


def carrier_of(headers: Mapping[str, bytes]) -> dict[str, str]:
    """The trace context in a record's headers; empty if there is none."""
    found = {}
    for name in ("traceparent", "tracestate"):
        text = headers.get(name)
        if text is not None:
            found[name] = text.decode("ascii", "replace")
    return found


def wire_size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """An upper bound of the bytes a record takes in a batch of its own."""
    named = sum(len(name.encode()) + len(text) + _HEADER_OVERHEAD for name, text in headers)
    return _BATCH_OVERHEAD + len(key or b"") + len(value or b"") + named
