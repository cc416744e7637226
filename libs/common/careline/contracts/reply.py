"""What the customer gets, and what the approval of an operation says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .base import Frozen, TurnRef
from .draft import Citation
from .mood import Urgency
from .turn import Argument, Identity, Pending


class Outcome(StrEnum):
    """How a turn ended, as graded."""

    ANSWER = "answer"
    SUCCESS = "success"
    REFUSED = "refused"
    NEEDS_INFO = "needs_info"
    CONFIRM = "confirm"
    CANCELLED = "cancelled"
    HANDOVER = "handover"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"
    CASE = "case"


class Reply(Frozen):
    """A verified reply. The web-chat API passes on text, outcome-free; operation and reason stay inside."""

    outcome: Outcome
    text: str
    language: str
    citations: tuple[Citation, ...] = ()
    field: str | None = None
    operation: str | None = None
    arguments: tuple[Argument, ...] = ()
    reason: str | None = None
    pending: Pending | None = None
    ledger_entry: str | None = None
    case: str | None = None
    urgency: Urgency = "normal"  # the customer's, as the message shows it: who waits for a person is served by it


class Approval(Frozen):
    """The verifier's permission for one operation, bound to all that could change underneath (Ed25519)."""

    ref: TurnRef
    identity: Identity
    operation: str
    arguments: tuple[Argument, ...]
    diff_hash: str
    expires_at: datetime
    idempotency_key: str
    signature: str = ""
