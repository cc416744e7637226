"""What the classifier makes of a turn."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

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


class Understanding(Frozen):
    """The classifier's decision. `embedding` is the message's unit vector, 384 float16 values as bytes."""

    language: str
    route: Route
    confidence: float = Field(ge=0, le=1)
    tier: Literal["reflex", "small", "large"] = "reflex"
    intent: str = ""  # the pack's label below the route, e.g. "greeting" for small talk
    fact: str | None = None  # BASIC_INFO: the profile field asked for
    operation: str | None = None  # OPERATION: its name in the catalogue
    arguments: tuple[Argument, ...] = ()
    confirmation: Confirmation | None = None
    facts: CustomerFacts = CustomerFacts()
    mood: Mood = Mood()
    embedding: bytes = b""


class Attempt(Frozen):
    """A round the verifier rejected: which stage is to blame and why. The next round must differ."""

    round: int
    stage: Literal["classifier", "retrieval", "executor"]
    reason: str
    route: Route
    operation: str | None = None
    citations: tuple[str, ...] = ()
