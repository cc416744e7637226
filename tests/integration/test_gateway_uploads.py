"""Bodies that are far too large, over a real connection: an ordinary client sees the refusal, not a broken pipe."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import uvicorn
from tests.fixtures.gateway import bearer
from tests.fixtures.gateway_site import Site

pytestmark = pytest.mark.integration

BODY = b'{"client_id": "a", "text": "' + b"a" * 20_000_000 + b'"}'


@pytest_asyncio.fixture
async def served(unused_tcp_port: int) -> AsyncIterator[tuple[Site, int]]:
    """The site on a port."""
    site = Site()
    config = uvicorn.Config(site.app, host="127.0.0.1", port=unused_tcp_port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield site, unused_tcp_port
    server.should_exit = True
    await serving


def post(port: int, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """As a simple client does it: everything is sent before anything is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


async def test_twenty_megabytes_are_a_413(served: tuple[Site, int]) -> None:
    site, port = served
    path, token = await site.visit()
    status, said = await asyncio.to_thread(post, port, f"{path}/messages", bearer(token), BODY)
    assert (status, b"too_large" in said) == (413, True)


async def test_twenty_megabytes_of_chunks_are_a_413(served: tuple[Site, int]) -> None:
    site, port = served
    path, token = await site.visit()
    chunked = bearer(token) | {"Transfer-Encoding": "chunked"}
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(BODY) // 4, BODY[: len(BODY) // 4]) for _ in range(4)) + b"0\r\n\r\n"
    status, said = await asyncio.to_thread(post, port, f"{path}/messages", chunked, pieces)
    assert (status, b"too_large" in said) == (413, True)


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/conversations/x/messages", 401), ("/nowhere", 404), ("/v1/sessions", 413)]
)
async def test_other_refusals_are_seen_too(served: tuple[Site, int], path: str, status: int) -> None:
    _, port = served
    assert (await asyncio.to_thread(post, port, path, {}, BODY))[0] == status


async def test_a_client_that_asks_first_is_told_before_it_sends(served: tuple[Site, int]) -> None:
    _, port = served
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 20000000\r\n\r\n")
    async with asyncio.timeout(45):
        assert b" 413 " in await reader.readline()
    writer.close()
