"""Are the words of a draft that claims nothing really the pack's?"""

from __future__ import annotations

from collections.abc import Iterator

from careline.contracts.draft import CannedDraft, HandoverDraft, RefusalDraft
from careline.contracts.turn import Turn
from careline.operations.danger import danger_of, kind_words
from careline.operations.rules import SIGN_IN
from careline.operations.situation import proven_customer
from careline.operations.wording import reply_text
from careline.tenants.model import Pack, Words

from ..verdict import Fault


def check_canned(draft: CannedDraft, pack: Pack, language: str, turn: Turn) -> Fault | None:
    """Small talk, out of scope, or an open question answered with no."""
    if draft.outcome == "cancelled" and turn.pending is None:
        return Fault("canned: there is nothing to cancel", "classifier")
    if draft.text not in {reply_text(pack, words, language) for words in _canned(draft, pack)}:
        return Fault("words", "executor")
    return None


def check_handover(draft: HandoverDraft, pack: Pack, language: str) -> Fault | None:
    """A human was asked for, the guide does not say, the message shows danger, or something of ours is wrong."""
    replies = pack.replies
    danger = danger_of(draft.reason)
    if danger is not None:
        return None if draft.text == kind_words(pack, danger, language) else Fault("words", "executor")
    allowed = (replies.human.say, replies.no_answer.say, replies.handover.say)
    if draft.text not in {reply_text(pack, words, language) for words in allowed}:
        return Fault("words", "executor")
    return None


def check_sign_in(draft: RefusalDraft, pack: Pack, language: str, turn: Turn) -> Fault | None:
    """A refusal that belongs to no operation: a visitor asks for facts of somebody who has not signed in."""
    if draft.reason != SIGN_IN or proven_customer(turn.identity) is not None:
        return Fault("policy: no such refusal", "executor")
    if draft.text != reply_text(pack, pack.replies.sign_in.say, language):
        return Fault("words", "executor")
    return None


def _canned(draft: CannedDraft, pack: Pack) -> Iterator[Words]:
    match draft.outcome:
        case "small_talk":
            yield from (reply.say for reply in pack.replies.small_talk.values())
        case "out_of_scope":
            yield pack.replies.out_of_scope.say
        case "cancelled":
            yield pack.replies.confirm.no.say
