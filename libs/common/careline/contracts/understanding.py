"""What the classifier makes of a turn."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field

from .base import Frozen, JsonScalar
from .mood import Mood
from .turn import Argument


class Route(StrEnum):
    """Level 1 is BASIC_INFO or not; level 2 tells the others apart."""

    BASIC_INFO = "basic_info"
    GUIDE = "guide"
    OPERATION = "operation"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    SMALL_TALK = "small_talk"
    HUMAN = "human"
    OUT_OF_SCOPE = "out_of_scope"


class Confirmation(StrEnum):
    """How the message answers an open question."""

    YES = "yes"
    NO = "no"
    EDIT = "edit"


class CustomerFacts(Frozen):
    """The customer's basic facts, by the names of the pack's profile.yaml. `known` is False for a stranger."""

    known: bool = False
    values: dict[str, JsonScalar] = Field(default_factory=dict)


class Span(Frozen):
    """Characters [start, end) of the turn's text."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)


def said_in(text: str, span: Span | None) -> str:
    """The words of a request; all of them where it is the only one."""
    return text if span is None else text[span.start : span.end]


# So many requests of one message are answered at once; what else it asks for has a turn of its own.
MAX_REQUESTS = 3
# As many as a conversation keeps waiting.
MAX_LATER = 8


class Request(Frozen):
    """One thing that the customer wants. `span` is where it is said, None for the whole message; `embedding` is the
    unit vector of those words, 384 float16 values as bytes."""

    route: Route
    confidence: float = Field(ge=0, le=1)
    tier: Literal["reflex", "small", "large"] = "reflex"
    intent: str = ""  # the pack's label below the route, e.g. "greeting" for small talk
    fact: str | None = None  # BASIC_INFO: the profile field asked for
    operation: str | None = None  # OPERATION: its name in the catalogue
    arguments: tuple[Argument, ...] = ()
    embedding: bytes = b""
    span: Span | None = None


class Understanding(Request):
    """The classifier's decision: the request that may change something, if any does; else the first. `further` are the
    others, which are only answered; `later` are the words of requests that get a turn of their own after this one.
    `seal` is the classifier's Ed25519 signature over turn and route where a case is to be filed, which is done without
    asking back; else empty."""

    language: str
    confirmation: Confirmation | None = None
    facts: CustomerFacts = CustomerFacts()
    mood: Mood = Mood()
    further: tuple[Request, ...] = Field(default=(), max_length=MAX_REQUESTS - 1)
    later: tuple[Span, ...] = Field(default=(), max_length=MAX_LATER)
    seal: str = ""

    def alone(self, request: Request) -> Self:
        """One of the requests as if nothing else had been said."""
        fields = {name: getattr(request, name) for name in Request.model_fields}
        own = request is self
        return self.model_copy(
            update={**fields, "further": (), "later": (), "confirmation": self.confirmation if own else None}
        )


class Attempt(Frozen):
    """A round the verifier rejected: which stage is to blame and why. The next round must differ. `start` is where the
    request begins that it was about, 0 for the whole message."""

    round: int
    stage: Literal["classifier", "retrieval", "executor"]
    reason: str
    route: Route
    operation: str | None = None
    citations: tuple[str, ...] = ()
    start: int = Field(default=0, ge=0)
