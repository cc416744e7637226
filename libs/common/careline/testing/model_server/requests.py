"""A request, read strictly: unknown parameters are refused, so that a client that invents some is found."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Strict):
    role: Literal["system", "user", "assistant"]
    content: str


class JsonSchema(_Strict):
    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    strict: bool = False
    schema_: dict[str, Any] = Field(alias="schema")


class ResponseFormat(_Strict):
    type: Literal["json_schema", "text", "json_object"]
    json_schema: JsonSchema | None = None


class StreamOptions(_Strict):
    include_usage: bool = False


class ChatRequest(_Strict):
    """What of the chat API is understood here."""

    model: str
    messages: list[Message] = Field(min_length=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    temperature: float = Field(default=1.0, ge=0, le=2)
    stream: bool = False
    stream_options: StreamOptions | None = None
    response_format: ResponseFormat | None = None
    logprobs: bool = False

    @property
    def system(self) -> str:
        return "\n".join(message.content for message in self.messages if message.role == "system")

    @property
    def user(self) -> str:
        return "\n".join(message.content for message in self.messages if message.role == "user")

    @property
    def wanted(self) -> dict[str, Any] | None:
        """The schema that the answer is to fit, if one was given."""
        form = self.response_format
        return form.json_schema.schema_ if form and form.json_schema else None

    @property
    def schema_name(self) -> str | None:
        form = self.response_format
        return form.json_schema.name if form and form.json_schema else None

    @property
    def limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens
