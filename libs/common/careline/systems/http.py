"""One call over HTTP: to its own host only, within a time and a size, without redirects, proxies or compression."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from careline.tenants.model import HttpCall, System

from .answers import Answer
from .errors import NoClearAnswer, NotConfigured, Unreachable
from .outgoing import Outgoing, outgoing
from .settings import Access
from .values import fits

if TYPE_CHECKING:
    import httpx

CONNECTIONS = 64
CONNECT_S = 2.0


def new_client() -> httpx.AsyncClient:
    """The connections of a process to all HTTP systems. What the environment says of proxies and .netrc is ignored."""
    import httpx

    return httpx.AsyncClient(
        follow_redirects=False,
        trust_env=False,
        limits=httpx.Limits(max_connections=CONNECTIONS),
        timeout=httpx.Timeout(60.0, connect=CONNECT_S, pool=CONNECT_S),  # the whole call has a limit of its own
    )


@dataclass(frozen=True, slots=True)
class HttpCaller:
    """Calls the operations of one system."""

    client: httpx.AsyncClient
    name: str
    system: System
    access: Access

    def check(self, call: str, values: Mapping[str, Any]) -> None:
        """Raises BadValue, NotConfigured when it could not be sent."""
        outgoing(call, self._call(call), values)

    async def call(self, call: str, values: Mapping[str, Any], key: tuple[str, str] | None = None) -> Answer:
        """The answer, whatever its status. `key`: the header of the idempotency key, and the key. Raises CallError."""
        described = self._call(call)
        ready = outgoing(call, described, values)
        url = self.access.url(self.name) + ready.target
        headers = {**ready.headers, **self._secret(), **({key[0]: key[1]} if key else {})}
        try:
            async with asyncio.timeout(self.system.seconds):
                status, kind, data = await self._send(ready, url, headers)
        except TimeoutError:
            raise NoClearAnswer(f"{self.name}: no answer within {self.system.seconds} s") from None
        return _answer(described, status, kind, data)

    async def _send(self, ready: Outgoing, url: str, headers: dict[str, str]) -> tuple[int, str, bytes]:
        import httpx

        body = {} if ready.body is None else {"content": orjson.dumps(ready.body)}
        if body:
            headers = {**headers, "Content-Type": "application/json"}
        headers = {**headers, "Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            async with self.client.stream(ready.method, url, headers=headers, **body) as response:  # type: ignore[arg-type]
                data = await self._read(response)
                return response.status_code, response.headers.get("content-type", ""), data
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise Unreachable(f"{self.name}: {type(error).__name__}") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoClearAnswer(f"{self.name}: {type(error).__name__}") from None

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise NoClearAnswer(f"{self.name}: a compressed answer, which was not asked for")
        data, most = bytearray(), self.system.answer_kb * 1024
        async for piece in response.aiter_raw():
            data += piece
            if len(data) > most:
                raise NoClearAnswer(f"{self.name}: an answer of more than {self.system.answer_kb} KB")
        return bytes(data)

    def _call(self, call: str) -> HttpCall:
        try:
            return self.system.calls[call]
        except KeyError:
            raise NotConfigured(f"{self.name}: the pack does not describe {call}") from None

    def _secret(self) -> dict[str, str]:
        secret, header = self.access.secret(self.name), self.system.header
        if secret is None:
            return {}
        return {header: f"Bearer {secret}" if header.lower() == "authorization" else secret}


def _answer(call: HttpCall, status: int, kind: str, data: bytes) -> Answer:
    if not data:
        return Answer(status, whole=not _promised(call, status))
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        return Answer(status, whole=False)
    schema = _promised(call, status)
    return Answer(status, content, whole="json" in kind.lower() and (not schema or fits(schema, content)))


def _promised(call: HttpCall, status: int) -> dict[str, Any]:
    for name in (str(status), f"{status // 100}XX", "default"):
        if name in call.answers:
            return call.answers[name]
    return {}
