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


def _words(**by_language: str) -> Words:
    return Words(by_language)


class UndoReplies(PackModel):
    """What is said about taking something back; a pack may word it, and has to in further languages."""

    title: Words = _words(en="undo the last change", zh="撤销上一次更改")
    done: Words = _words(en="That is undone; everything is as it was before.", zh="已撤销，一切恢复原样。")
    nothing: Words = _words(en="There is nothing here that I could undo.", zh="这里没有可以撤销的操作。")
    not_undoable: Words = _words(
        en='I can\'t undo that myself. A colleague can look into it: say "talk to a person".',
        zh="这个操作我无法撤销，可以请同事处理：请说“转人工”。",
    )
    undone: Words = _words(en="That was undone already.", zh="这个操作已经撤销过了。")
    too_late: Words = _words(en="It is too late to undo that.", zh="已经过了可以撤销的时间。")
    changed: Words = _words(
        en="That can't be undone any more: it has been changed again since.", zh="之后又有改动，无法撤销了。"
    )


class UnsettledReplies(PackModel):
    """What is said when a person has found out what became of something in another system, and it was not done; a pack
    may word it. What was done is told in the operation's own words."""

    not_done: Words = _words(
        en="I have looked into it: this was not done, and nothing was changed ({{ title }}). Please ask again if you "
        "still want it.",
        zh="我已核实：这项操作没有执行，什么都没有更改（{{ title }}）。如果您仍需要，请再次提出。",
    )


class RecognitionReplies(PackModel):
    """About one-time codes: what goes to the address of the record (`code`, `title`, `minutes`), and what is said to
    who has to give one back first."""

    message: Words = _words(
        en="Your code for {{ title }} is {{ code }}. It is good for {{ minutes }} minutes. We never ask you for it.",
        zh="您在{{ title }}的验证码是{{ code }}，{{ minutes }}分钟内有效。我们不会向您索要验证码。",
    )
    needed: Words = _words(
        en="For this I have to be sure that it is you. Please have a one-time code sent to you and enter it here.",
        zh="为确认是您本人，请先获取一次性验证码并在此输入。",
    )


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
    undo: UndoReplies = UndoReplies()
    unsettled: UnsettledReplies = UnsettledReplies()
    recognition: RecognitionReplies = RecognitionReplies()
    guide: Exemplified = Exemplified(examples={})
