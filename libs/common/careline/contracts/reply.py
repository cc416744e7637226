"""What the customer gets, and what the approval of an operation says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .base import Frozen, TurnRef
from .draft import Citation
from .mood import Urgency
from .turn import Argument, Identity, Pending
from .understanding import Span


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


class Told(Frozen):
    """What was answered to a further request of the message: verified as a reply of its own would be, and part of the
    reply's text. `span` is where it was asked."""

    outcome: Outcome
    text: str
    span: Span
    citations: tuple[Citation, ...] = ()
    field: str | None = None
    operation: str | None = None
    arguments: tuple[Argument, ...] = ()
    reason: str | None = None


class Reply(Frozen):
    """A verified reply. The web-chat API passes on text, outcome-free; operation and reason stay inside.

    `beside` are the answers to further requests, whose words are in `text` already; `later` are the customer's words
    that get a turn of their own once this one, and its open question, are settled.
    """

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
    beside: tuple[Told, ...] = ()
    later: tuple[Span, ...] = ()


class Approval(Frozen):
    """The verifier's permission for one operation, bound to all that could change underneath (Ed25519). `beside` and
    `later` are what the reply will say besides: signed here, because they come back by way of the executor."""

    ref: TurnRef
    identity: Identity
    operation: str
    arguments: tuple[Argument, ...]
    diff_hash: str
    expires_at: datetime
    idempotency_key: str
    beside: tuple[Told, ...] = ()
    later: tuple[Span, ...] = ()
    signature: str = ""
