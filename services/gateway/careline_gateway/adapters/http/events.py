"""The event stream of a conversation, as server-sent events and over a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response, WebSocket
from pydantic import Field
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect, WebSocketState

from careline.contracts.progress import Progress

from ...domain.change import Shown
from ...domain.state import Key
from ...domain.tokens import Principal
from ...ports import Chat, StoreUnavailable
from ..streams import Hub
from .access import Access, entered
from .body import MAX_BODY_BYTES, parse
from .entries import Titled
from .errors import Problem, problem_of
from .models import ClientId, Incoming, Name
from .posting import Posting
from .refusals import documented

_HELLO_S = 10.0
_MAX_STREAMS = 20
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {}}, "description": "message, status and progress events"}
}
_REFUSED = (
    "token_missing",
    "token_invalid",
    "token_expired",
    "unknown_conversation",
    "bad_position",
    "too_many_streams",
)
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Hello(Incoming):
    """The first message on a WebSocket."""

    token: str
    conversation: Name
    after: int = Field(default=0, ge=0, le=2**53)


class Said(Incoming):
    """Each further one: a customer's message."""

    client_id: ClientId
    text: str


@dataclass(frozen=True, slots=True)
class Events:
    """Streams to clients."""

    chat: Chat
    hub: Hub
    posting: Posting
    titled: Titled
    access: Access

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/v1", tags=["web chat"])
        router.get(
            "/conversations/{conversation}/events",
            response_class=StreamingResponse,
            responses=_STREAM | documented(*_REFUSED),
        )(self.server_sent)
        router.websocket("/ws")(self.socket)
        return router

    async def server_sent(self, request: Request, conversation: str) -> Response:
        """All entries behind `Last-Event-ID` (or `?after=`), then new ones as they come; each event's id is its
        position."""
        caller = self.access.known_caller(request)
        after = _position(request.headers.get("last-event-id") or request.query_params.get("after") or "0")
        entry = await entered(self.chat, caller, conversation)
        self._room_for_one_more(entry.key)
        return StreamingResponse(
            self._events(entry.key, caller, after), headers=_HEADERS, media_type="text/event-stream"
        )

    async def socket(self, socket: WebSocket) -> None:
        """The same over a WebSocket: first {token, conversation, after}; then {client_id, text} for each message."""
        await socket.accept()
        try:
            async with asyncio.timeout(_HELLO_S):
                hello = parse(await _received(socket), Hello)
            caller = self.access.principal(hello.token)
            key = (await entered(self.chat, caller, hello.conversation)).key
            self._room_for_one_more(key)
        except WebSocketDisconnect:
            return
        except TimeoutError:
            await _fail(socket, Problem("no_hello", "the first message did not come"))
        except Exception as error:  # noqa: BLE001 - every error becomes an answer
            await _fail(socket, problem_of(error))
        else:
            await self._talk(socket, key, caller, hello.after)

    async def _events(self, key: Key, caller: Principal, after: int) -> AsyncIterator[bytes]:
        # At once, so that the client knows that it is connected.
        yield b": connected\n\n"
        # A client that is cut off comes back with its last position.
        with suppress(StoreUnavailable):
            async for shown in self.hub.stream(key, after):
                if isinstance(shown, Progress):
                    yield b"event: progress\ndata: " + shown.to_bytes() + b"\n\n"
                elif shown is not None:
                    yield _event(shown, await self.titled.data(key.tenant, shown))
                elif self.access.clock().timestamp() >= caller.expires:
                    return
                else:
                    yield b": alive\n\n"

    async def _talk(self, socket: WebSocket, key: Key, caller: Principal, after: int) -> None:
        sending = asyncio.create_task(self._send(socket, key, caller, after))
        receiving = asyncio.create_task(self._receive(socket, key, caller))
        try:
            await asyncio.wait({sending, receiving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            receiving.cancel()
            results = await asyncio.gather(sending, receiving, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                await _fail(socket, problem_of(result))
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()

    async def _send(self, socket: WebSocket, key: Key, caller: Principal, after: int) -> None:
        async for shown in self.hub.stream(key, after):
            if isinstance(shown, Progress):
                await socket.send_text(f'{{"event":"progress","data":{shown.to_bytes().decode()}}}')
            elif shown is not None:
                data = await self.titled.data(key.tenant, shown)
                await socket.send_text(f'{{"event":"{shown.kind}","data":{data}}}')
            elif self.access.clock().timestamp() >= caller.expires:
                return
            else:
                await socket.send_text('{"event":"alive"}')

    async def _receive(self, socket: WebSocket, key: Key, caller: Principal) -> None:
        while True:
            try:
                said = parse(await _received(socket), Said)
                accepted = await self.posting.post(key, caller, said.client_id, said.text)
                answer = {"client_id": said.client_id, "turn": accepted.turn, "position": accepted.position}
                await socket.send_text(orjson.dumps({"event": "accepted", "data": answer}).decode())
            except WebSocketDisconnect:
                raise
            except Exception as error:  # noqa: BLE001 - a bad message does not end the conversation
                await socket.send_text(_error(problem_of(error)))

    def _room_for_one_more(self, key: Key) -> None:
        if self.hub.count(key) >= _MAX_STREAMS:
            raise Problem("too_many_streams", f"at most {_MAX_STREAMS} streams of one conversation at once")


def _event(shown: Shown, data: str) -> bytes:
    return f"id: {shown.position}\nevent: {shown.kind}\ndata: {data}\n\n".encode()


def _position(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise Problem("bad_position", "Last-Event-ID must be the id of an event, a whole number")
    return int(text)


async def _received(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text: str | None = message.get("text")
    if text is None:
        raise Problem("binary", "send text, not binary data")
    if len(text) > MAX_BODY_BYTES:
        raise Problem("too_large", f"a message may have {MAX_BODY_BYTES} bytes")
    return text


def _error(problem: Problem) -> str:
    return orjson.dumps({"event": "error", "data": {"code": problem.code, "message": str(problem)}}).decode()


async def _fail(socket: WebSocket, problem: Problem) -> None:
    if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_text(_error(problem))
            await socket.close(code=4000 + problem.status, reason=problem.code)
