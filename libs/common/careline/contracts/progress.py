"""What a customer may see of a turn before its reply is verified: which stage works on it, and not a word of an answer.

It goes from the services to the gateways by Redis, is no event, is stored nowhere, and nothing depends on it: it may be
lost, and it may come late. There is no room in it for a text, so that nothing unverified can be said by it.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from .base import Frozen

_PREFIX = "careline:progress:"
# The message is being understood; an answer is looked for in the guide; a first draft was turned down.
Stage = Literal["understanding", "looking", "again"]


class Progress(Frozen):
    """One stage of one turn."""

    turn: str = Field(min_length=1, max_length=80)
    stage: Stage

    def to_bytes(self) -> bytes:
        """JSON."""
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Raises pydantic.ValidationError for anything else."""
        return cls.model_validate_json(data)


def progress_channel(tenant: str, conversation: str) -> str:
    """The Redis channel of a conversation."""
    return f"{_PREFIX}{tenant}\x1f{conversation}"


def conversation_of(channel: str) -> tuple[str, str] | None:
    """(tenant, conversation) of such a channel; None for any other."""
    if not channel.startswith(_PREFIX):
        return None
    tenant, _, conversation = channel.removeprefix(_PREFIX).partition("\x1f")
    return tenant, conversation
