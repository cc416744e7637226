"""The connection to a server of tools over HTTP: without proxies, and answers bounded. Imported at the first call.

Redirects to other hosts are refused by the SDK itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.streamable_http import streamable_http_client

from careline.tenants.model import System


class AnswerTooLarge(httpx2.ReadError):
    """More bytes than the pack allows."""


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._most = stream, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for piece in self._stream:
            count += len(piece)
            if count > self._most:
                raise AnswerTooLarge("the answer is too large")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Bounded(httpx2.AsyncHTTPTransport):
    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        response.stream = _Counted(response.stream, self._most)
        return response


@asynccontextmanager
async def http_transport(url: str, system: System, secret: str | None) -> AsyncIterator[Any]:
    """A transport for one session."""
    headers = {"Accept-Encoding": "identity"}
    if secret is not None:
        headers[system.header] = f"Bearer {secret}" if system.header.lower() == "authorization" else secret
    most = system.answer_kb * 1024
    async with httpx2.AsyncClient(
        transport=_Bounded(most), headers=headers, trust_env=False, timeout=system.seconds
    ) as client:
        yield streamable_http_client(url, http_client=client, max_sse_event_size=most)
