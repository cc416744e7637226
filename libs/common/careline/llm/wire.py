"""The chat-completions API of OpenAI, as vLLM speaks it: what is sent, and what its pieces mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .call import Call
from .errors import ServerFailed, Unreadable

PATH = "/chat/completions"
DONE = "[DONE]"


def request_body(model: str, call: Call, response_format: dict[str, Any] | None) -> dict[str, Any]:
    """Always streamed: only so can a first token be waited for, and an answer be stopped."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": call.prompt.system},
            {"role": "user", "content": call.prompt.user},
        ],
        "max_completion_tokens": call.max_tokens,
        "temperature": call.temperature,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if response_format:
        body["response_format"] = response_format
    if call.logprobs:
        body["logprobs"] = True
    return body


class _Part(BaseModel):
    """Servers add fields; only those read here count."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Text(_Part):
    content: str | None = None


class _Token(_Part):
    logprob: float = Field(allow_inf_nan=False)


class _Logprobs(_Part):
    content: list[_Token] | None = None


class _Choice(_Part):
    delta: _Text = _Text()
    message: _Text = _Text()  # of servers that do not stream
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Details(_Part):
    cached_tokens: int | None = Field(default=None, ge=0)


class Reported(_Part):
    """The server's own count."""

    prompt_tokens: int = Field(ge=0, lt=2**31)
    completion_tokens: int = Field(default=0, ge=0, lt=2**31)
    prompt_tokens_details: _Details | None = None

    @property
    def cached(self) -> int:
        details = self.prompt_tokens_details
        return min(self.prompt_tokens, (details and details.cached_tokens) or 0)


class _Event(_Part):
    model: str = ""
    choices: list[_Choice] = []
    usage: Reported | None = None
    error: Any = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of the stream (or a whole answer) says."""

    text: str
    finish: str | None
    logprobs: tuple[float, ...]
    reported: Reported | None
    model: str


def read_piece(data: str | bytes) -> Piece:
    """Raises ServerFailed for an error told in the stream, Unreadable for what is no event of this API."""
    try:
        event = _Event.model_validate_json(data)
    except ValidationError:
        raise Unreadable("this is no OpenAI-compatible model server: check the tier's URL") from None
    if event.error is not None:
        raise ServerFailed("the model server failed while it answered: see its log")
    choice = event.choices[0] if event.choices else _Choice()
    tokens = (choice.logprobs and choice.logprobs.content) or []
    return Piece(
        text=(choice.delta.content or "") + (choice.message.content or ""),
        finish=choice.finish_reason,
        logprobs=tuple(token.logprob for token in tokens),
        reported=event.usage,
        model=event.model[:200],
    )
