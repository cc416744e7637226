"""What the executor proposes. Exactly one of these; half-set states cannot exist."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Frozen, JsonScalar
from .turn import Argument, RowChange


class Citation(Frozen):
    """A claim's source: the passage and the words taken from it."""

    passage: str
    quote: str


class AnswerDraft(Frozen):
    """An answer from the guide."""

    kind: Literal["answer"] = "answer"
    text: str
    citations: tuple[Citation, ...]


class FactDraft(Frozen):
    """An answer from the customer's basic facts: which field, which value."""

    kind: Literal["fact"] = "fact"
    text: str
    field: str
    value: JsonScalar


class AskDraft(Frozen):
    """Asks the customer for missing arguments."""

    kind: Literal["ask"] = "ask"
    text: str
    operation: str
    arguments: tuple[Argument, ...]
    missing: tuple[str, ...]


class RefusalDraft(Frozen):
    """Says that a rule of the pack forbids the operation; `reason` is the rule's code."""

    kind: Literal["refusal"] = "refusal"
    text: str
    operation: str
    arguments: tuple[Argument, ...]
    reason: str


class ProposalDraft(Frozen):
    """An operation whose dry run went through. `diff` are its row changes, `diff_hash` their SHA-256.

    An operation without row changes (a look-up, or a success that changes nothing) has an empty diff; then
    `reason` may carry the pack's code, e.g. already_approved, and `text` is the answer.
    """

    kind: Literal["proposal"] = "proposal"
    text: str  # the question asked when confirmation is needed; for a look-up, the answer
    operation: str
    arguments: tuple[Argument, ...]
    diff: tuple[RowChange, ...]
    diff_hash: str
    reason: str | None = None
    confirm: bool = False  # the executor's reading of the pack's policy; the verifier reads it again


class CannedDraft(Frozen):
    """Small talk, out of scope, a cancelled confirmation: a wording of the pack, no claim about anything."""

    kind: Literal["canned"] = "canned"
    text: str
    outcome: Literal["small_talk", "out_of_scope", "cancelled"]


class HandoverDraft(Frozen):
    """Hand the conversation to a human, with the reason."""

    kind: Literal["handover"] = "handover"
    text: str
    reason: str


Draft = Annotated[
    AnswerDraft | FactDraft | AskDraft | RefusalDraft | ProposalDraft | CannedDraft | HandoverDraft,
    Field(discriminator="kind"),
]
