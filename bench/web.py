"""A customer of the web chat with as little of its own as possible: two raw HTTP/1.1 connections and a clock.

What is measured is the system; an ordinary HTTP client would add a millisecond of its own to each turn.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import orjson

_REPLY = b'"author":"bot"'


@dataclass
class Timed:
    """One turn. `sent` and `replied` in seconds since 1970, `ms` by the steady clock."""

    turn: str
    sent: float
    ms: float


class _Connection(asyncio.Protocol):
    """Collects what arrives until `complete(bytes)`; then the future of the current wait has time and bytes."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._until = b""
        self._arrived: asyncio.Future[tuple[float, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._received += data
        if self._arrived and not self._arrived.done() and self._until in self._received:
            self._arrived.set_result((now, self._received))
            self._received = b""

    def connection_lost(self, error: Exception | None) -> None:
        if self._arrived and not self._arrived.done():
            self._arrived.set_exception(ConnectionError("the gateway closed the connection"))

    def expect(self, until: bytes) -> asyncio.Future[tuple[float, bytes]]:
        """When the next bytes that contain `until` are there: the time, and all that came since the last wait."""
        self._until = until
        self._received = b""
        self._arrived = asyncio.get_running_loop().create_future()
        return self._arrived

    def close(self) -> None:
        if self._arrived:
            self._arrived.cancel()
        if self.transport is not None:
            self.transport.abort()

    def write(self, data: bytes) -> None:
        assert self.transport is not None
        self.transport.write(data)


@dataclass
class Visitor:
    """One conversation with an open event stream."""

    gateway: str
    tenant: str
    token: str
    _post: _Connection = field(default_factory=_Connection)
    _stream: _Connection = field(default_factory=_Connection)
    _path: str = ""
    # A second message before the reply would replace the first turn by one for both.
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def open(self) -> None:
        """Start the conversation. `token` is the customer's before this, the conversation's after it."""
        self._post, self._stream = await self._connect(), await self._connect()
        started = self._post.expect(b"}")
        self._post.write(self._request("POST", "/v1/sessions", {"tenant": self.tenant}))
        session = _body((await started)[1])
        self.token, self._path = session["token"], f"/v1/conversations/{session['conversation']}"
        connected = self._stream.expect(b": connected")
        self._stream.write(self._request("GET", f"{self._path}/events"))
        await connected

    async def wake(self) -> None:
        """Connect anew for posting: the gateway closes connections that were not used for seconds."""
        self._post.close()
        self._post = await self._connect()

    async def ask(self, text: str) -> Timed:
        """Write, and wait for the reply on the stream; one turn of a conversation after the other."""
        async with self._turn:
            return await self._ask(text)

    async def _ask(self, text: str) -> Timed:
        body = {"client_id": uuid.uuid4().hex, "text": text}
        request = self._request("POST", f"{self._path}/messages", body)
        accepted, replied = self._post.expect(b"}"), self._stream.expect(_REPLY)
        wall, begun = time.time(), time.perf_counter()
        self._post.write(request)
        at, _ = await replied
        return Timed(_body((await accepted)[1])["turn"], wall, (at - begun) * 1000)

    def close(self) -> None:
        self._post.close()
        self._stream.close()

    async def _connect(self) -> _Connection:
        address = urlsplit(self.gateway)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, address.hostname or "", address.port or 80)
        return connection

    def _request(self, method: str, path: str, body: dict[str, str] | None = None) -> bytes:
        data = orjson.dumps(body) if body else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


def _body(response: bytes) -> dict[str, str]:
    head, _, body = response.partition(b"\r\n\r\n")
    if head.split(b" ", 2)[1][:1] != b"2":
        raise ConnectionError(f"the gateway refused: {response[:300]!r}")
    value: dict[str, str] = orjson.loads(body)
    return value
