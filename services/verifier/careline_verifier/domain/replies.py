"""Verified replies, and the open questions that go with them."""

from __future__ import annotations

from datetime import timedelta

from careline.contracts.draft import AnswerDraft, CannedDraft, FactDraft, HandoverDraft
from careline.contracts.reply import Outcome, Reply
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Argument, Pending, PendingKind
from careline.operations.cases import OPEN_CASE
from careline.operations.wording import reply_text

from .inquiry import Record, Turning
from .reading import Change, Question, Refusal, Success

MISSING = "missing_args"


def answered(turning: Turning, draft: AnswerDraft) -> Reply:
    return Reply(outcome=Outcome.ANSWER, text=draft.text, language=turning.language, citations=draft.citations)


def told(turning: Turning, draft: FactDraft) -> Reply:
    return Reply(outcome=Outcome.ANSWER, text=draft.text, language=turning.language, field=draft.field)


def said(turning: Turning, draft: CannedDraft) -> Reply:
    return Reply(outcome=Outcome(draft.outcome), text=draft.text, language=turning.language)


def handed_over(turning: Turning, draft: HandoverDraft) -> Reply:
    return Reply(outcome=Outcome.HANDOVER, text=draft.text, language=turning.language, reason=draft.reason)


def given_up(turning: Turning, reason: str) -> Reply:
    """No round is left, or nothing sensible can be said: a human."""
    text = reply_text(turning.pack, turning.pack.replies.handover.say, turning.language)
    return Reply(outcome=Outcome.HANDOVER, text=text, language=turning.language, reason=reason)


def refused(turning: Turning, operation: str | None, arguments: tuple[Argument, ...], reading: Refusal) -> Reply:
    return Reply(
        outcome=Outcome.REFUSED,
        text=reading.text,
        language=turning.language,
        operation=operation,
        arguments=arguments,
        reason=reading.reason,
    )


def succeeded(turning: Turning, operation: str, arguments: tuple[Argument, ...], reading: Success) -> Reply:
    """Nothing was to be written."""
    return Reply(
        outcome=Outcome.SUCCESS,
        text=reading.text,
        language=turning.language,
        operation=operation,
        arguments=arguments,
        reason=reading.reason,
    )


def asked(turning: Turning, operation: str, arguments: tuple[Argument, ...], reading: Question) -> Reply:
    """The pending question is not sealed yet."""
    given = tuple(argument for argument in arguments if argument.name not in reading.missing)
    pending = Pending(
        kind=PendingKind.NEEDS_INFO,
        operation=operation,
        arguments=given,
        missing=reading.missing,
        asked_in=turning.turn.ref.turn,
        expires_at=turning.now + timedelta(minutes=turning.pack.tenant.idle_minutes),
    )
    return Reply(
        outcome=Outcome.NEEDS_INFO,
        text=reading.text,
        language=turning.language,
        operation=operation,
        arguments=given,
        reason=MISSING,
        pending=pending,
    )


def to_confirm(turning: Turning, operation: str, arguments: tuple[Argument, ...], reading: Change) -> Reply:
    """Shows old -> new and asks; the pending question is not sealed yet."""
    pending = Pending(
        kind=PendingKind.CONFIRM,
        operation=operation,
        arguments=arguments,
        asked_in=turning.turn.ref.turn,
        diff=reading.diff,
        diff_hash=diff_hash(reading.diff),
        expires_at=turning.now + timedelta(minutes=turning.pack.tenant.confirm_minutes),
    )
    return Reply(
        outcome=Outcome.CONFIRM,
        text=reading.question,
        language=turning.language,
        operation=operation,
        arguments=arguments,
        pending=pending,
    )


def settled(turning: Turning, record: Record) -> Reply:
    """What the ledger says was done, or refused; the only way a reply may say that something was written."""
    is_case = record.operation == OPEN_CASE
    endings = {"committed": Outcome.CASE if is_case else Outcome.SUCCESS, "unsettled": Outcome.HANDOVER}
    return Reply(
        outcome=endings.get(record.status, Outcome.REFUSED),
        text=record.text,
        language=turning.language,
        operation=None if is_case else record.operation,
        arguments=() if is_case else record.arguments,
        reason=record.reason,
        ledger_entry=record.entry,
        case=record.case,
    )
