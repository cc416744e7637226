"""What a message can be about in the terms of a pack: a route and, below it, a name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from careline.contracts.understanding import Route


@dataclass(frozen=True, slots=True, order=True)
class Intent:
    """`name` is the operation, the fact or the kind of small talk; empty for the other routes. Examples of the guide
    name the passage; `whole` is what a message is understood as."""

    route: Route
    name: str = ""
    # Made once: a message looks up some two hundred intents, and an enumeration is slow to hash.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.route.value, self.name)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def label(self) -> str:
        """The form in which heads know it: "operation:cancel_order", "guide"."""
        return f"{self.route.value}:{self.name}" if self.name else self.route.value

    @property
    def whole(self) -> Intent:
        """The guide for any of its passages; else the intent itself."""
        return GUIDE if self.route is Route.GUIDE else self

    @classmethod
    def parse(cls, label: str) -> Self:
        """The intent of a label; raises ValueError for an unknown route."""
        route, _, name = label.partition(":")
        return cls(Route(route), name)


@dataclass(frozen=True, slots=True)
class Scored:
    """An intent with its share of the belief, 0 to 1."""

    intent: Intent
    score: float


GUIDE = Intent(Route.GUIDE)
HUMAN = Intent(Route.HUMAN)
OUT_OF_SCOPE = Intent(Route.OUT_OF_SCOPE)
COMPLAINT = Intent(Route.COMPLAINT)
SUGGESTION = Intent(Route.SUGGESTION)


def operation(name: str) -> Intent:
    """The request for an operation."""
    return Intent(Route.OPERATION, name)


def fact(name: str) -> Intent:
    """The question for a basic fact."""
    return Intent(Route.BASIC_INFO, name)


def small_talk(name: str) -> Intent:
    """Small talk of a kind."""
    return Intent(Route.SMALL_TALK, name)
