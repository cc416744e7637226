"""replies.yaml: wording, and examples for everything that is not an operation."""

from __future__ import annotations

from pydantic import Field

from .base import Examples, PackModel, Words


class Said(PackModel):
    """A wording without examples."""

    say: Words


class Exemplified(PackModel):
    """Examples without a wording."""

    examples: Examples


class Reply(PackModel):
    """How customers say it, and what is replied."""

    examples: Examples
    say: Words


class ConfirmReplies(PackModel):
    """The confirmation question (`summary` is the operation's own) and the ways to answer it."""

    ask: Words
    yes: Exemplified
    no: Reply


class Replies(PackModel):
    """All wording of the business that belongs to no operation and no fact."""

    small_talk: dict[str, Reply] = Field(default_factory=dict)
    out_of_scope: Reply
    human: Reply
    complaint: Reply
    suggestion: Reply
    confirm: ConfirmReplies
    no_answer: Said
    handover: Said
    sign_in: Said
    guide: Exemplified = Exemplified(examples={})
