"""What can happen to a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from careline.contracts.base import TurnRef
from careline.contracts.reply import Reply


@dataclass(frozen=True, slots=True)
class Opened:
    """A visitor or customer starts a conversation."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The customer wrote. `settled`: the ledger has an entry of the turn in flight, so it must not be superseded."""

    text: str
    client_id: str
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Replied:
    """The verifier's reply to a turn; `ref` says which."""

    ref: TurnRef
    reply: Reply


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A person takes the conversation."""

    agent: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The person who has it writes to the customer."""

    agent: str
    text: str


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The person gives it back to the bot."""

    agent: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The person is done with it; what comes next starts afresh."""

    agent: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """The visitor gave back the code that was sent to this customer's address; it counts until then."""

    customer: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What another system made of a turn, where the customer was told that nobody knows. `entry`: the ledger's."""

    turn: str
    entry: str
    text: str


ConversationEvent = Found | Recognised | Opened | Posted | Replied | Ticked | Taken | Answered | HandedBack | Resolved
