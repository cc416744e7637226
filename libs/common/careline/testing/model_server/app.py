"""The HTTP side: /v1/chat/completions, /v1/models, /health, /metrics; PUT /script to change the rules."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from .answers import answer_to
from .counting import Counters, PrefixCache, tokens
from .requests import ChatRequest
from .rules import Chooser, Fault, Rule, Script
from .streaming import Answer

_SEEN = 10_000


class ModelServer:
    """The application's state. `seen` has the latest requests, oldest first."""

    def __init__(self, script: Script) -> None:
        self.counters = Counters()
        self.seen: deque[ChatRequest] = deque(maxlen=_SEEN)
        self._cache = PrefixCache()
        self._ports: deque[int] = deque(maxlen=1000)
        self.play(script)

    def play(self, script: Script) -> None:
        """From now on this script, from its beginning."""
        self._script, self._chooser = script, Chooser(script)

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/health", self._health),
                Route("/metrics", self._metrics),
                Route("/script", self._replace, methods=["PUT"]),
            ]
        )

    def _count_connection(self, request: Request) -> None:
        port = request.client.port if request.client else 0
        if port not in self._ports:
            self._ports.append(port)
            self.counters.connections += 1

    async def _health(self, request: Request) -> Response:
        return Response()

    async def _metrics(self, request: Request) -> Response:
        return PlainTextResponse(self.counters.exposition())

    async def _models(self, request: Request) -> Response:
        return JSONResponse(
            {"object": "list", "data": [{"id": name, "object": "model"} for name in self._script.models]}
        )

    async def _replace(self, request: Request) -> Response:
        try:
            self.play(Script.model_validate_json(await request.body()))
        except ValidationError as error:
            return _error(400, str(error))
        return Response(status_code=204)

    async def _chat(self, request: Request) -> Response:
        self.counters.requests += 1
        self._count_connection(request)
        if self._script.key and request.headers.get("authorization") != f"Bearer {self._script.key}":
            return _error(401, f"wrong key: {request.headers.get('authorization')}")
        try:
            chat = ChatRequest.model_validate_json(await request.body())
        except ValidationError as error:
            return _error(400, str(error))
        self.seen.append(chat)
        if self._script.models and chat.model not in self._script.models:
            return _error(404, f"The model `{chat.model}` does not exist.")
        prompt = tokens(chat.system) + tokens(chat.user)
        if len(prompt) > self._script.context:
            return _error(400, f"This model's maximum context length is {self._script.context} tokens.")
        rule = self._chooser.choose(chat.system, chat.user, chat.model, chat.schema_name)
        return await self._respond(request, rule, self._answer(rule, request, chat, prompt))

    def _answer(self, rule: Rule, request: Request, chat: ChatRequest, prompt: list[str]) -> Answer:
        said = tokens(answer_to(rule, chat, request.headers))
        # A hostile server does not keep to the limit either.
        cut = rule.hostile is None and chat.limit is not None and len(said) > chat.limit
        known = self._cache.cached(chat.model, prompt)
        kept = said[: chat.limit] if cut else said
        return Answer(rule, chat, kept, "length" if cut else rule.finish, len(prompt), known)

    async def _respond(self, request: Request, rule: Rule, answer: Answer) -> Response:
        if rule.fault is Fault.STATUS:
            with self._running(answer):
                await asyncio.sleep(rule.first_token_s)
            headers = {"Retry-After": rule.retry_after} if rule.retry_after is not None else {}
            return _error(rule.status, "as scripted", headers)
        if rule.fault is Fault.GARBAGE:
            return HTMLResponse("<html><body>It works!</body></html>")
        if rule.fault is Fault.HANG:
            with self._running(answer):
                await _gone(request)
                self.counters.aborted += 1
            return Response(status_code=499)
        if answer.request.stream and rule.streams:
            return StreamingResponse(self._stream(answer), media_type="text/event-stream")
        with self._running(answer):
            await asyncio.sleep(rule.first_token_s + rule.per_token_s * len(answer.tokens))
            return JSONResponse(answer.whole())

    async def _stream(self, answer: Answer) -> AsyncIterator[bytes]:
        with self._running(answer):
            try:
                async for piece in answer.stream():
                    yield piece
            except (asyncio.CancelledError, GeneratorExit):
                self.counters.aborted += 1
                raise

    @contextmanager
    def _running(self, answer: Answer) -> Iterator[None]:
        counters = self.counters
        counters.running += 1
        counters.peak_running = max(counters.peak_running, counters.running)
        try:
            yield
        finally:
            counters.running -= 1
            counters.prompt_tokens += answer.prompt_tokens
            counters.cached_tokens += answer.cached_tokens
            counters.completion_tokens += answer.sent


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"error": {"message": message, "type": "scripted", "code": status}}
    return JSONResponse(body, status_code=status, headers=headers)
