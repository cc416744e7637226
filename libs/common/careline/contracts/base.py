"""What every contract is made of: frozen models, the turn's reference, and the event base class."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

# Name space of all deterministic ids; a fixed random UUID, so that the same turn gives the same ids everywhere.
ID_NAMESPACE = uuid.UUID("5b6f1c1e-6c3b-4d43-9a57-1f0f3f8f2a11")

JsonScalar = str | int | float | bool | None


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields, and numbers that JSON does not have: written, they would turn
    into null, and a signature over null would fit them."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64"
    )


def derive_id(*parts: str | int) -> str:
    """A UUID (version 5) that depends on nothing but `parts`: a redelivery derives the same one."""
    name = "\x1f".join(map(str, parts)).encode()
    digest = bytearray(hashlib.sha1(ID_NAMESPACE.bytes + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    # As uuid.uuid5 gives it, at a fifth of the cost: every event of every turn has one.
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class TurnRef(Frozen):
    """Which turn an event belongs to. Outputs whose reference is no longer current are discarded.

    `epoch` rises with every change of the conversation's owner (bot, human); `round` rises with every
    rejection by the verifier.
    """

    tenant: str = Field(min_length=1, max_length=80)
    conversation: str = Field(min_length=1, max_length=80)
    turn: str = Field(min_length=1, max_length=80)
    epoch: int = Field(ge=0)
    round: int = Field(default=0, ge=0)

    def next_round(self) -> Self:
        """The reference of the round after a rejection."""
        return self.model_copy(update={"round": self.round + 1})


class Event(Frozen):
    """A message on a topic. Subclasses say TYPE and VERSION; a change that breaks readers is a new version."""

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1

    ref: TurnRef

    @property
    def event_id(self) -> str:
        """Deterministic over (turn, stage, round, epoch): a redelivery produces the same event."""
        ref = self.ref
        return derive_id(self.TYPE, ref.tenant, ref.conversation, ref.turn, ref.epoch, ref.round, *self.id_parts())

    def id_parts(self) -> tuple[str | int, ...]:
        """What else tells this event apart from others of the same type, turn and round."""
        return ()

    @classmethod
    def ce_type(cls) -> str:
        """The CloudEvents type, version included."""
        return f"careline.{cls.TYPE}.v{cls.VERSION}"

    def to_bytes(self) -> bytes:
        """The wire form: compact JSON in UTF-8, bytes fields as base64."""
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Parse the wire form; raises pydantic.ValidationError when it is not this event."""
        return cls.model_validate_json(data)


def canonical(value: Any) -> bytes:
    """JSON bytes with sorted keys: what signatures and hashes are computed over."""
    import orjson

    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number beyond 64 bits: rare, and a customer may write one
        return json.dumps(value, sort_keys=True).encode()
