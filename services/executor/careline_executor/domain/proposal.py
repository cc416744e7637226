"""The draft for an operation, from what its dry run showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from careline.contracts.draft import AskDraft, Draft, HandoverDraft, ProposalDraft, RefusalDraft
from careline.contracts.seals import diff_hash
from careline.contracts.turn import RowChange
from careline.operations.rules import AlreadySo, Missing, Proceed, Refused, wants_confirmation
from careline.operations.survey import Survey
from careline.operations.wording import Wording, reply_text

from .request import Request


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a dry run showed: the rules' decision and, when they let it pass, the row changes it would make."""

    survey: Survey
    diff: tuple[RowChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Impossible:
    """The effect cannot be carried out on these rows; `reason` is for people inside."""

    reason: str


def draft_operation(request: Request, rehearsed: Rehearsal | Impossible) -> Draft:
    """Ask, refuse, answer or propose. Raises WordsError and ExpressionError for a defect of the pack."""
    if isinstance(rehearsed, Impossible):
        return handover(request, rehearsed.reason)
    found = rehearsed.survey
    wording = Wording(request.pack, request.language, found.situation)
    match found.decision:
        case Refused(reason, words):
            return RefusalDraft(
                text=wording.plain(words), operation=request.name, arguments=request.arguments, reason=reason
            )
        case AlreadySo(reason, words):
            return _unchanged(request, wording.plain(words), reason)
        case Missing(names):
            given = tuple(argument for argument in request.arguments if argument.name not in names)
            text = wording.asking(request.operation, names)
            return AskDraft(text=text, operation=request.name, arguments=given, missing=names)
        case Proceed():
            if not rehearsed.diff:
                return _unchanged(request, wording.done(request.operation, ()), None)
            return _proposal(request, rehearsed.diff, wording)
        case _:
            assert_never(found.decision)


def handover(request: Request, reason: str) -> HandoverDraft:
    """A human has to look at it; says so in the pack's words."""
    return HandoverDraft(
        text=reply_text(request.pack, request.pack.replies.handover.say, request.language), reason=reason
    )


def _unchanged(request: Request, text: str, reason: str | None) -> ProposalDraft:
    return ProposalDraft(
        text=text, operation=request.name, arguments=request.arguments, diff=(), diff_hash=diff_hash(()), reason=reason
    )


def _proposal(request: Request, diff: tuple[RowChange, ...], wording: Wording) -> ProposalDraft:
    return ProposalDraft(
        text=wording.question(request.operation, diff),
        operation=request.name,
        arguments=request.arguments,
        diff=diff,
        diff_hash=diff_hash(diff),
        confirm=wants_confirmation(request.operation, wording.situation),
    )
