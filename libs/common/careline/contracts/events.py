"""The events on the topics: the whole flow in one file.

`spent` is what the stage that wrote an event asked of models for it, and nothing of what earlier stages did.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from .base import Event, JsonScalar
from .draft import Draft
from .evidence import Evidence
from .reply import Approval, Reply
from .spent import Spent
from .turn import RowChange, Turn
from .understanding import Attempt, Understanding


class TurnReceived(Event):
    """gateway -> classifier: a customer's turn begins."""

    TYPE: ClassVar[str] = "turn.received"
    VERSION: ClassVar[int] = 2  # 1 could not say that a request was taken up later
    turn: Turn


class TurnClassified(Event):
    """classifier -> retrieval: what the turn is about; evidence is needed."""

    TYPE: ClassVar[str] = "turn.classified"
    VERSION: ClassVar[int] = 3  # 1 knew neither models nor feelings, 2 did not seal what is to be filed as a case
    turn: Turn
    understanding: Understanding
    attempts: tuple[Attempt, ...] = ()
    spent: tuple[Spent, ...] = ()


class TurnGrounded(Event):
    """classifier (basic facts suffice) or retrieval -> executor: all that the draft may rest on. `spent` is the
    classifier's when it comes from there; retrieval asks no model."""

    TYPE: ClassVar[str] = "turn.grounded"
    VERSION: ClassVar[int] = 3  # 1 knew neither models nor feelings, 2 did not seal what is to be filed as a case
    turn: Turn
    understanding: Understanding
    evidence: Evidence = Evidence()
    attempts: tuple[Attempt, ...] = ()
    spent: tuple[Spent, ...] = ()


class TurnDrafted(Event):
    """executor -> verifier: a proposed reply or operation."""

    TYPE: ClassVar[str] = "turn.drafted"
    VERSION: ClassVar[int] = 3  # 1 knew neither models nor feelings, 2 did not seal what is to be filed as a case
    turn: Turn
    understanding: Understanding
    evidence: Evidence
    draft: Draft
    further: tuple[Draft, ...] = ()  # for each of the understanding's further requests
    attempts: tuple[Attempt, ...] = ()
    spent: tuple[Spent, ...] = ()


class TurnRejected(Event):
    """verifier -> classifier: try again; the last attempt says what was wrong. `ref.round` is the new round."""

    TYPE: ClassVar[str] = "turn.rejected"
    VERSION: ClassVar[int] = 2  # 1 could not say what was asked of models, and held one request only
    turn: Turn
    attempts: tuple[Attempt, ...]
    spent: tuple[Spent, ...] = ()


class TurnVerified(Event):
    """verifier -> gateway: deliver this. `seal` is the verifier's Ed25519 signature over everything else, the event's
    type and version included: a reply without it is shown to nobody."""

    TYPE: ClassVar[str] = "turn.verified"
    VERSION: ClassVar[int] = 3  # 1 carried no seal, 2 neither what was asked of models nor urgency, nor several answers
    reply: Reply
    spent: tuple[Spent, ...] = ()
    seal: str = ""


class OperationApproved(Event):
    """verifier -> executor: commit this."""

    TYPE: ClassVar[str] = "operation.approved"
    VERSION: ClassVar[int] = 3  # 1 knew neither models nor feelings, 2 did not seal what is to be filed as a case
    approval: Approval
    turn: Turn
    understanding: Understanding
    spent: tuple[Spent, ...] = ()


class OperationSettled(Event):
    """executor -> verifier, insight: what became of an approved operation, as the ledger has it.

    `status`: committed (now or before); refused (a rule fails now; `reason`); stale (the dry run no longer holds:
    ask again with the fresh diff); void (turn superseded, taken over, or approval invalid: nobody is told); unsettled
    (another system was called and nobody knows whether it has done it, or it is away: a human takes over).
    """

    TYPE: ClassVar[str] = "operation.settled"
    VERSION: ClassVar[int] = 4  # 2 could not say that nobody knows, 3 did not seal what is to be filed as a case
    turn: Turn
    understanding: Understanding
    approval: Approval
    status: Literal["committed", "refused", "stale", "void", "unsettled"]
    reason: str | None = None
    text: str = ""
    diff: tuple[RowChange, ...] = ()
    ledger_entry: str | None = None
    case: str | None = None
    result: dict[str, JsonScalar] = Field(default_factory=dict)


class ConversationChanged(Event):
    """gateway -> insight: life of a conversation outside the turns' own events; `at` in UTC."""

    TYPE: ClassVar[str] = "conversation.changed"
    change: Literal[
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
    at: datetime
    detail: dict[str, JsonScalar] = Field(default_factory=dict)

    def id_parts(self) -> tuple[str | int, ...]:
        return (self.change, self.at.isoformat())
