"""The four messages that every record causes, written and read in a few steps: fetch and produce, there and back.

The client library describes messages by schemas and walks through them field by field, a class method for each number,
and every fetch lists all partitions of a member. Here the same bytes are packed and unpacked by whole rows (layouts:
Apache Kafka's protocol guide, Fetch v11 and Produce v7). Partitions of which the broker has nothing to tell are left
out of an answer, as in incremental fetches (KIP-227). Of any other version the library's own way is used.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from aiokafka.protocol.api import Request
from aiokafka.protocol.fetch import FetchRequest, FetchRequest_v11, FetchResponse_v11
from aiokafka.protocol.produce import ProduceRequest, ProduceRequest_v7, ProduceResponse_v7

_SHORT, _INT, _LONGS = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">qq")
_HEADER = struct.Struct(">hhi")  # api key, version, correlation id
_FETCH = struct.Struct(">iiiibiii")  # the request's settings and its number of topics
_FETCHED = struct.Struct(">iiqqi")  # partition, leader epoch, offset, log start, most bytes
_ANSWER = struct.Struct(">ihii")  # throttle, error, session, number of topics
_ANSWERED = struct.Struct(">ihqqqi")  # partition, error, high water, stable, log start, number of aborted
_RECORDS = struct.Struct(">ii")  # preferred replica, size; and in a request: partition, size
_PRODUCE = struct.Struct(">hii")  # acks, timeout, number of topics
_WRITTEN = struct.Struct(">ihqqq")  # partition, error, offset, timestamp, log start


class _Header:
    """What the library asks of a header: its bytes in a request, its number in a response."""

    __slots__ = ("_written", "correlation_id")

    def __init__(self, correlation_id: int, written: bytes = b"") -> None:
        self.correlation_id = correlation_id
        self._written = written

    def encode(self) -> bytes:
        return self._written


def _header(request: Any, correlation_id: int, client_id: str) -> _Header:
    """Of a request whose version is not flexible."""
    key = _HEADER.pack(request.API_KEY, request.API_VERSION, correlation_id)
    return _Header(correlation_id, key + _text(client_id))


def _response_header(_: Any, read_buffer: BytesIO) -> _Header:
    return _Header(_INT.unpack(read_buffer.read(_INT.size))[0])


class QuickFetchResponse(FetchResponse_v11):  # type: ignore[misc]
    """Without the partitions that have neither records nor an error."""

    @classmethod
    def decode(cls, data: BytesIO | bytes) -> QuickFetchResponse:
        """Raises struct.error and ValueError for bytes that are no answer, as the library does."""
        raw = data if isinstance(data, bytes) else data.read()
        throttle, error, session, count = _ANSWER.unpack_from(raw)
        at, topics = _ANSWER.size, []
        for _ in range(count):
            name, at = _read_text(raw, at)
            partitions, at = _answered(raw, at)
            topics.append((name, partitions))
        return cls(throttle, error, session, topics)


class QuickFetch(FetchRequest_v11):  # type: ignore[misc]
    RESPONSE_TYPE = QuickFetchResponse
    build_request_header, parse_response_header = _header, _response_header

    def encode(self) -> bytes:
        of: dict[str, Any] = self.__dict__
        first = ("replica_id", "max_wait_time", "min_bytes", "max_bytes", "isolation_level", "session_id")
        parts = [_FETCH.pack(*(of[name] for name in first), of["session_epoch"], len(of["topics"]))]
        for name, partitions in of["topics"]:
            parts += (_text(name), _INT.pack(len(partitions)), *(_FETCHED.pack(*each) for each in partitions))
        parts += (_INT.pack(0), _text(of["rack_id"]))
        return b"".join(parts)


class QuickProduceResponse(ProduceResponse_v7):  # type: ignore[misc]
    @classmethod
    def decode(cls, data: BytesIO | bytes) -> QuickProduceResponse:
        """Raises struct.error and ValueError for bytes that are no answer, as the library does."""
        raw = data if isinstance(data, bytes) else data.read()
        (count,) = _INT.unpack_from(raw)
        at, topics = _INT.size, []
        for _ in range(count):
            name, at = _read_text(raw, at)
            (number,) = _INT.unpack_from(raw, at)
            begin, at = at + _INT.size, at + _INT.size + number * _WRITTEN.size
            topics.append((name, [_WRITTEN.unpack_from(raw, row) for row in range(begin, at, _WRITTEN.size)]))
        return cls(topics, *_INT.unpack_from(raw, at))


class QuickProduce(ProduceRequest_v7):  # type: ignore[misc]
    RESPONSE_TYPE = QuickProduceResponse
    build_request_header, parse_response_header = _header, _response_header

    def encode(self) -> bytes:
        of: dict[str, Any] = self.__dict__
        transaction: str | None = of["transactional_id"]
        parts = [_SHORT.pack(-1) if transaction is None else _text(transaction)]
        parts.append(_PRODUCE.pack(of["required_acks"], of["timeout"], len(of["topics"])))
        for name, partitions in of["topics"]:
            parts += (_text(name), _INT.pack(len(partitions)))
            for partition, records in partitions:
                parts += (_RECORDS.pack(partition, len(records)), records)
        return b"".join(parts)


_QUICK: Mapping[type, type] = {FetchRequest_v11: QuickFetch, ProduceRequest_v7: QuickProduce}


def _prepare(request: Any, versions: dict[int, tuple[int, int]]) -> Any:
    """What the library would send, in our writing if broker and library agree on a version that we know."""
    prepared = Request.prepare(request, versions)
    if (ours := _QUICK.get(type(prepared))) is not None and not getattr(prepared, "forgotten_topics_data", None):
        prepared.__class__ = ours
    return prepared


class QuickFetchRequest(FetchRequest):  # type: ignore[misc]
    prepare = _prepare


class QuickProduceRequest(ProduceRequest):  # type: ignore[misc]
    prepare = _prepare


def quick(request: Any) -> Any:
    """The same request, if it is one of the two; any other as it is."""
    if type(request) is FetchRequest:
        request.__class__ = QuickFetchRequest
    elif type(request) is ProduceRequest:
        request.__class__ = QuickProduceRequest
    return request


def _answered(raw: bytes, at: int) -> tuple[list[tuple[Any, ...]], int]:
    (count,) = _INT.unpack_from(raw, at)
    at, partitions = at + _INT.size, []
    for _ in range(count):
        partition, error, *marks, aborted = _ANSWERED.unpack_from(raw, at)
        at += _ANSWERED.size
        undone = None if aborted < 0 else [_LONGS.unpack_from(raw, at + _LONGS.size * row) for row in range(aborted)]
        at += _LONGS.size * max(aborted, 0)
        replica, size = _RECORDS.unpack_from(raw, at)
        at += _RECORDS.size
        end = at + max(size, 0)
        if end > len(raw):
            raise ValueError("an answer ends before its records do")
        if error or size > 0:
            records = None if size < 0 else raw[at:end]
            partitions.append((partition, error, *marks, undone, replica, records))
        at = end
    return partitions, at


def _text(text: str) -> bytes:
    written = text.encode()
    return _SHORT.pack(len(written)) + written


def _read_text(raw: bytes, at: int) -> tuple[str, int]:
    (length,) = _SHORT.unpack_from(raw, at)
    end = at + _SHORT.size + length
    return raw[at + _SHORT.size : end].decode(), end
