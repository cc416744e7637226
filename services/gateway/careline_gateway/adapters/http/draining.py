"""Reads what is left of a request's body before an answer goes out.

A client that is still sending sees a broken pipe, and not our refusal, when the connection is closed under it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Further than this nobody is read for politeness' sake: whoever sends more, or slower, gets the broken pipe.
MAX_BYTES = 64 * 1024 * 1024
_PATIENCE_S = 20.0


class Draining:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = _Body(receive)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.drain()
            await send(message)

        await self._app(scope, body.receive, sending)


class _Body:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True

    async def receive(self) -> Message:
        message = await self._receive()
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Reads and drops the rest, within bounds of size and time."""
        read = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                while self._more and read < MAX_BYTES:
                    read += len((await self.receive()).get("body", b""))


def _has_body(headers: Headers) -> bool:
    # Who asks first whether to send a body ("100-continue") is told by the refusal not to.
    if "expect" in headers:
        return False
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
