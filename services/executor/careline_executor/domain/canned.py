"""Drafts that are nothing but the pack's own words: small talk, out of scope, a human, a cancelled question."""

from __future__ import annotations

from careline.contracts.draft import CannedDraft, HandoverDraft
from careline.operations.danger import danger_of, kind_words
from careline.operations.wording import reply_text
from careline.tenants.model import Pack

NO_ANSWER = "no_answer"
HUMAN_WANTED = "human_wanted"


def small_talk(pack: Pack, intent: str, language: str) -> CannedDraft:
    """The reply to a kind of small talk; without such a kind, what the business can do at all."""
    kind = pack.replies.small_talk.get(intent)
    if kind is None:
        return out_of_scope(pack, language)
    return CannedDraft(text=reply_text(pack, kind.say, language), outcome="small_talk")


def out_of_scope(pack: Pack, language: str) -> CannedDraft:
    return CannedDraft(text=reply_text(pack, pack.replies.out_of_scope.say, language), outcome="out_of_scope")


def cancelled(pack: Pack, language: str) -> CannedDraft:
    """The customer said no to a confirmation question."""
    return CannedDraft(text=reply_text(pack, pack.replies.confirm.no.say, language), outcome="cancelled")


def human_wanted(pack: Pack, language: str, intent: str = "") -> HandoverDraft:
    """A person was asked for, or is needed because the message shows danger."""
    danger = danger_of(intent)
    if danger is not None:
        return HandoverDraft(text=kind_words(pack, danger, language), reason=intent)
    return HandoverDraft(text=reply_text(pack, pack.replies.human.say, language), reason=HUMAN_WANTED)


def no_answer(pack: Pack, language: str) -> HandoverDraft:
    """The guide does not say; a human is offered."""
    return HandoverDraft(text=reply_text(pack, pack.replies.no_answer.say, language), reason=NO_ANSWER)


def defect(pack: Pack, language: str, reason: str) -> HandoverDraft:
    """Something of ours is wrong, and the customer must not wait for it."""
    return HandoverDraft(text=reply_text(pack, pack.replies.handover.say, language), reason=reason)
