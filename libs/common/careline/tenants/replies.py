"""replies.yaml: wording, and examples for everything that is not an operation."""

from __future__ import annotations

from typing import Literal

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


# As in `careline.contracts.mood`; a neutral message gets the answer and nothing in front of it.
Feeling = Literal["anger", "anxiety", "disappointment", "joy"]


class MoodReply(PackModel):
    """Said before the answer to a message with this feeling: an apology, comfort, encouragement. `above`: how strong it
    has to be."""

    say: Words
    above: float = Field(default=0.4, ge=0, le=1)


# Said with a question while another request waits; a pack may word it.
_LATER = {
    "en": "After that I'll come to your other request.",
    "zh": "之后我再处理您的另一个请求。",
}


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
    moods: dict[Feeling, MoodReply] = Field(default_factory=dict)
    later: Said = Field(default_factory=lambda: Said.model_validate({"say": _LATER}))
    guide: Exemplified = Exemplified(examples={})
