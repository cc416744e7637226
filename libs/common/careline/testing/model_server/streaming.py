"""The answer on its way: pieces, delays, faults."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from .requests import ChatRequest
from .rules import Fault, Rule

_GROUP = 64  # tokens a piece at most, so that huge answers do not take all day


class Broken(Exception):
    """Ends the response in the middle, on purpose."""


@dataclass(slots=True)
class Answer:
    """What will be said, token by token. `sent` counts the tokens that went out."""

    rule: Rule
    request: ChatRequest
    tokens: list[str]
    finish: str
    prompt_tokens: int
    cached_tokens: int
    sent: int = 0

    def usage(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.sent,
            "total_tokens": self.prompt_tokens + self.sent,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }

    def logprobs(self, tokens: list[str]) -> dict[str, Any] | None:
        if not self.request.logprobs:
            return None
        certainty = math.log(self.rule.confidence)
        return {"content": [{"token": token, "logprob": certainty} for token in tokens]}

    def whole(self) -> dict[str, Any]:
        """For a request that does not stream."""
        self.sent = len(self.tokens)
        message = {"role": "assistant", "content": "".join(self.tokens)}
        choice = {"index": 0, "message": message, "finish_reason": self.finish, "logprobs": self.logprobs(self.tokens)}
        return self._envelope("chat.completion", [choice], self.usage() if self.rule.usage else None)

    async def stream(self) -> AsyncIterator[bytes]:
        """Server-sent events, until the end or the fault."""
        await asyncio.sleep(self.rule.first_token_s)
        size = 1 if len(self.tokens) <= 4096 else _GROUP
        for number, start in enumerate(range(0, len(self.tokens), size)):
            if self.rule.fault is not None and number >= self.rule.pieces:
                break
            yield self._piece(self.tokens[start : start + size])
            await asyncio.sleep(self.rule.per_token_s)
        async for last in self._fault() if self.rule.fault else self._end():
            yield last

    def _piece(self, tokens: list[str]) -> bytes:
        self.sent += len(tokens)
        delta = {"role": "assistant", "content": "".join(tokens)}
        choice = {"index": 0, "delta": delta, "finish_reason": None, "logprobs": self.logprobs(tokens)}
        return _event(self._envelope("chat.completion.chunk", [choice], None))

    async def _end(self) -> AsyncIterator[bytes]:
        choice = {"index": 0, "delta": {}, "finish_reason": self.finish}
        yield _event(self._envelope("chat.completion.chunk", [choice], None))
        options = self.request.stream_options
        if self.rule.usage and options and options.include_usage:
            yield _event(self._envelope("chat.completion.chunk", [], self.usage()))
        yield b"data: [DONE]\n\n"

    async def _fault(self) -> AsyncIterator[bytes]:
        match self.rule.fault:
            case Fault.CUT:
                raise Broken
            case Fault.STALL:
                await asyncio.Event().wait()
            case Fault.ERROR_EVENT:
                yield _event({"error": {"message": "the engine died", "type": "InternalServerError", "code": 500}})

    def _envelope(self, kind: str, choices: list[dict[str, Any]], usage: dict[str, Any] | None) -> dict[str, Any]:
        made = {"id": "chatcmpl-scripted", "object": kind, "created": 0, "model": self.request.model}
        return {**made, "choices": choices, "usage": usage}


def _event(content: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(content, ensure_ascii=False).encode() + b"\n\n"
