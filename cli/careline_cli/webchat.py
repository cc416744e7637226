"""A customer of the web-chat API: opens a conversation, writes, and waits for replies on the event stream.

CommandError
└── ChatError           the gateway refused, or ended the stream
    └── NoReply         none came within the time limit
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson

from careline_cli.errors import CommandError
from careline_cli.refusals import no_answer, refusal
from careline_cli.tokens import customer_token

# How long a message waits for a gateway that is away: one that is restarted is back within seconds.
_AWAY_S = 15.0


class ChatError(CommandError):
    """The web chat refused a request."""


class NoReply(ChatError):
    """No reply came within the time limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: its text, the turn it answers, who wrote it, the passages it is from (ids) and the titles of their
    articles, milliseconds since sending."""

    text: str
    turn: str
    author: str
    sources: tuple[str, ...]
    ms: float
    titles: tuple[str, ...] = ()


class WebChat:
    """One conversation. Use as `async with WebChat.open(...) as chat`."""

    def __init__(self, http: httpx.AsyncClient, conversation: str, token: str) -> None:
        self.conversation = conversation
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._arrived: asyncio.Queue[tuple[float, dict[str, Any]] | ChatError] = asyncio.Queue()
        self._connected = asyncio.Event()
        self._stream: asyncio.Task[None] | None = None
        self._linked = True
        self._last = "0"
        # Called with False when the event stream breaks off, with True when it is there again.
        self.on_link: Callable[[bool], None] = lambda connected: None
        # Called with replies that come while another one is waited for: those to what a message asked for besides.
        self.on_other: Callable[[Answer], None] = lambda answer: None
        # Called with the turn and the stage when a turn takes long.
        self.on_progress: Callable[[str, str], None] = lambda turn, stage: None

    @classmethod
    async def open(
        cls,
        http: httpx.AsyncClient,
        tenant: str,
        customer: str | None,
        secret: str,
        language: str | None = None,
    ) -> Self:
        """Start a conversation, as `customer` (signed with `secret`) or as an anonymous visitor. Raises ChatError."""
        headers = {}
        if customer is not None:
            headers["Authorization"] = f"Bearer {customer_token(tenant, customer, secret)}"
        body = {"tenant": tenant} | ({"language": language} if language else {})
        session = await _post(http, "/v1/sessions", body, headers)
        return cls(http, session["conversation"], session["token"])

    async def __aenter__(self) -> Self:
        self._stream = asyncio.create_task(self._listen())
        try:
            async with asyncio.timeout(10):
                await self._connected.wait()
        except TimeoutError as error:
            await self.__aexit__()
            raise ChatError(*no_answer(self._http.base_url, error)) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._stream:
            self._stream.cancel()
            with suppress(asyncio.CancelledError, httpx.HTTPError):
                await self._stream

    async def next(self, patience: float = 30.0) -> Answer:
        """Wait for a reply that no message of ours stands directly before. Raises ChatError, NoReply."""
        asked = time.perf_counter()
        async with asyncio.timeout(patience) as limit:
            try:
                async for arrived, entry in self.replies():
                    return _answer(entry, (arrived - asked) * 1000)
            except TimeoutError:
                if not limit.expired():
                    raise
        raise NoReply(f"No further reply came within {patience:.0f} s.", "`careline logs` shows what the services say.")

    async def ask(self, text: str, patience: float = 30.0) -> Answer:
        """Send a message and wait for the reply to it. Raises ChatError, NoReply."""
        sent = time.perf_counter()
        accepted = await self.send(text)
        async with asyncio.timeout(patience) as limit:
            try:
                async for arrived, entry in self.replies():
                    answer = _answer(entry, (arrived - sent) * 1000)
                    if answer.turn == accepted["turn"] or answer.author == "agent":
                        return answer
                    self.on_other(answer)
            except TimeoutError:
                if not limit.expired():
                    raise
        raise NoReply(f"No reply came within {patience:.0f} s.", "`careline logs` shows what the services say.")

    async def send(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        """Send a message; what the gateway says of it: {turn, position}. Raises ChatError.

        While the gateway is away it is tried again for a while: with the same client id it is the same message."""
        body = {"client_id": client_id or str(uuid.uuid4()), "text": text}
        url = f"/v1/conversations/{self.conversation}/messages"
        return await _post(self._http, url, body, self._headers, _AWAY_S)

    async def replies(self) -> AsyncIterator[tuple[float, dict[str, Any]]]:
        """Entries of others than the customer as they arrive, with the time (time.perf_counter) of each.

        Raises ChatError when the stream is refused, as with a token that has expired."""
        while True:
            item = await self._arrived.get()
            if isinstance(item, ChatError):
                raise item
            arrived, entry = item
            if entry.get("author") in ("bot", "agent"):
                yield arrived, entry

    async def _listen(self) -> None:
        while True:
            try:
                await self._read_stream()
            except ChatError as refused:
                self._arrived.put_nowait(refused)
                return
            except httpx.HTTPError:
                # The gateway is away or restarts: the stream is taken up where it ended.
                self._link(False)
            await asyncio.sleep(0.2)

    def _link(self, connected: bool) -> None:
        if self._connected.is_set() and self._linked != connected:
            self.on_link(connected)
        self._linked = connected

    async def _read_stream(self) -> None:
        url = f"/v1/conversations/{self.conversation}/events"
        headers = self._headers | {"Last-Event-ID": self._last}
        async with self._http.stream("GET", url, headers=headers, timeout=None) as response:
            self._link(True)
            self._connected.set()
            if 400 <= response.status_code < 500 and response.status_code != 429:
                await response.aread()
                raise ChatError(*refusal(response))
            async for line in response.aiter_lines():
                if line.startswith("id: "):
                    self._last = line[4:]
                elif line.startswith("data: "):
                    self._take(orjson.loads(line[6:]))

    def _take(self, data: dict[str, Any]) -> None:
        if "stage" in data:
            self.on_progress(data["turn"], data["stage"])
        else:
            self._arrived.put_nowait((time.perf_counter(), data))


def _answer(entry: dict[str, Any], ms: float) -> Answer:
    return Answer(
        entry.get("text") or "",
        entry.get("turn") or "",
        entry["author"],
        tuple(entry.get("sources") or ()),
        ms,
        tuple(next(iter(title.values()), "") for title in entry.get("titles") or ()),
    )


async def _post(
    http: httpx.AsyncClient, url: str, body: dict[str, str], headers: dict[str, str], away_s: float = 0.0
) -> dict[str, Any]:
    for _ in range(20):
        answer = await _answered(http, url, body, headers, away_s)
        if answer.status_code not in (429, 503):
            break
        # The gateway says when to come back; a client that is asked to wait, waits.
        await asyncio.sleep(min(float(answer.headers.get("retry-after", "1")), 5.0))
    if answer.status_code >= 400:
        raise ChatError(*refusal(answer))
    try:
        result: dict[str, Any] = answer.json()
    except ValueError as error:
        raise ChatError(*refusal(answer)) from error
    return result


async def _answered(
    http: httpx.AsyncClient, url: str, body: dict[str, str], headers: dict[str, str], away_s: float
) -> httpx.Response:
    given_up = time.monotonic() + away_s
    while True:
        try:
            return await http.post(url, json=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if time.monotonic() >= given_up:
                raise ChatError(*no_answer(http.base_url, error)) from error
        await asyncio.sleep(0.5)
