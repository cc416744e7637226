"""A turn as the gateway hands it over: who writes, what, in which conversation, and what was open."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from .base import Frozen, JsonScalar, TurnRef

MAX_TEXT_BYTES = 8192
# How the visitor is called for whom a person of the business acts: agent:NAME.
AGENT = "agent:"


class Identity(Frozen):
    """Who writes, as the authenticated channel says it; never taken from text."""

    visitor: str
    customer: str | None = None
    assurance: Literal["anonymous", "signed", "verified"] = "anonymous"

    @property
    def agent(self) -> str | None:
        """The person of the business who acts for the customer, if it is not the customer. Visitors' names are given by
        the gateway, so nobody else can have such a one."""
        return self.visitor.removeprefix(AGENT) if self.visitor.startswith(AGENT) else None


class Exchange(Frozen):
    """One earlier turn: what the customer wrote, what was replied."""

    turn: str
    customer: str
    reply: str
    outcome: str = "answer"


class EvidenceSource(StrEnum):
    """Where an argument's value was found."""

    TEXT = "text"  # the current message; start and end are character offsets in it
    HISTORY = "history"  # an earlier message of the same customer; `turn` says which
    RECORD = "record"  # the customer's own record; `record` names table.column
    PENDING = "pending"  # given before, in the open question this message answers


class ArgumentEvidence(Frozen):
    """The place an argument's value came from. The verifier derives the value again from here."""

    source: EvidenceSource
    quote: str
    turn: str | None = None
    start: int = 0
    end: int = 0
    record: str | None = None


class Argument(Frozen):
    """A typed argument of an operation, with its evidence. Dates are ISO strings."""

    name: str
    value: JsonScalar
    evidence: ArgumentEvidence


class RowChange(Frozen):
    """One changed row of a business table: only changed columns; `old` is empty for an insert, `new` for a delete."""

    table: str
    action: Literal["insert", "update", "delete"]
    key: dict[str, JsonScalar]
    old: dict[str, JsonScalar] = Field(default_factory=dict)
    new: dict[str, JsonScalar] = Field(default_factory=dict)


class PendingKind(StrEnum):
    CONFIRM = "confirm"
    NEEDS_INFO = "needs_info"


class Pending(Frozen):
    """An open question to the customer: confirm this operation, or give the missing arguments.

    For `confirm`, `seal` is the verifier's signature over operation, arguments, diff hash, conversation
    and expiry, so that a forged confirmation request is worth nothing.
    """

    kind: PendingKind
    operation: str
    arguments: tuple[Argument, ...] = ()
    missing: tuple[str, ...] = ()
    asked_in: str
    diff: tuple[RowChange, ...] = ()
    diff_hash: str = ""
    expires_at: datetime
    seal: str = ""


class Turn(Frozen):
    """The customer's message with everything the stages need to know of the conversation. Signed by the gateway.

    `resumed`: the text is what an earlier message asked for besides, taken up after an open question: a change is asked
    about, whatever its policy.
    """

    ref: TurnRef
    channel: str = "web"
    text: str
    received_at: datetime
    identity: Identity
    language: str | None = None  # declared by the channel; None: detect
    history: tuple[Exchange, ...] = ()
    pending: Pending | None = None
    resumed: bool = False
    seal: str = ""  # Ed25519 over everything above except ref.round, and MACs of the same for those who check at once
