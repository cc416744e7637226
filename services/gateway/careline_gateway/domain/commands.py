"""What follows from an event. A new effect is a new type here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Turn

from .state import Status

Author = Literal["customer", "bot", "agent"]
Change = Literal[
    "opened",
    "delivered",
    "superseded",
    "handed_over",
    "taken",
    "answered",
    "handed_back",
    "resolved",
    "closed",
    "expired",
]


@dataclass(frozen=True, slots=True)
class Message:
    """An entry of the conversation that people read. `sources` are ids of guide passages; `asks_who`: the customer has
    to prove who she is before what she wants can be done."""

    position: int
    author: Author
    text: str
    turn: str | None
    at: datetime
    client_id: str | None = None
    sources: tuple[str, ...] = ()
    asks_who: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """An entry that tells the customer's page who answers from now on."""

    position: int
    status: Status
    at: datetime


Entry = Message | Notice


@dataclass(frozen=True, slots=True)
class Show:
    """Add an entry to the conversation and to every open stream of it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class StartTurn:
    """Hand a turn to the classifier. It is not signed yet."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Supersede:
    """The turn in flight is replaced, provided the ledger has no entry of it."""

    turn: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """The turn is answered with this message."""

    turn: str
    message: Message


@dataclass(frozen=True, slots=True)
class HandOver:
    """A person is asked for; `turn` is the one in flight that ends by it, if any. `reason` stays inside."""

    turn: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """The turn in flight ends without a reply because a person took the conversation."""

    turn: str


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the observers what became of the conversation."""

    change: Change
    detail: dict[str, JsonScalar] = field(default_factory=dict)


Command = Show | StartTurn | Supersede | Deliver | HandOver | Abandon | Report
