"""Judges a draft: all checks in order, then what is to be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from careline.contracts.draft import AskDraft, ProposalDraft, RefusalDraft
from careline.contracts.reply import Approval
from careline.contracts.seals import Checker
from careline.contracts.turn import Argument
from careline.operations.cases import OPEN_CASE
from careline.operations.orders import operation_key

from . import replies
from .checks.arguments import check_arguments
from .checks.asked import asks_for, check_request, plainly_asked
from .checks.cases import check_case
from .checks.confirmation import check_answer, is_confirmed
from .checks.consent import doubtful_request, places_of
from .checks.policy import OperationDraft, check_policy
from .checks.seal import check_case_seal
from .inquiry import Dossier, Inquiry, Turning
from .reading import Change, Impossible, Question, Reading, Refusal, Success, read_operation
from .safety import is_watched
from .verdict import Accept, Approve, Fault, Reject, Verdict
from .wishes import WishBook

# Long enough for a busy executor, short enough to be void by the time anybody could make use of a leaked one.
APPROVAL_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Judge:
    """`verifier` checks the seals of the verifier's own earlier questions, `classifier` those of what is to be filed;
    `wishes` has what packs' examples say."""

    verifier: Checker
    classifier: Checker
    wishes: WishBook = field(default_factory=WishBook)

    def operation(self, inquiry: Inquiry, draft: OperationDraft, dossier: Dossier) -> Verdict:
        """Raises WordsError and ExpressionError for a defect of the pack."""
        turning, wishes = inquiry.turning, self.wishes.of(inquiry.turning.pack)
        if dossier.record is not None and dossier.record.status != "stale":
            # A redelivery: what has been settled meanwhile is what is told.
            return Accept(replies.settled(turning, dossier.record))
        reading = self.reading(inquiry, dossier)
        fault = (
            check_arguments(inquiry.operation, draft.arguments, dossier.sources)
            or check_answer(turning.turn, turning.understanding, turning.pack)
            or check_request(inquiry, wishes)
            or check_policy(draft, reading)
        )
        if fault is not None:
            return Reject(fault)
        if isinstance(reading, Change) and isinstance(draft, ProposalDraft):
            again = asks_for(turning.pack, inquiry.name, turning.turn.text, wishes)
            grasp, pack = turning.understanding, turning.pack
            confirmed = is_confirmed(turning.turn, grasp, draft, self.verifier, pack, again=again)
            unasked = reading.confirm or is_doubtful(turning) or not plainly_asked(inquiry, wishes)
            if confirmed or not unasked:
                return Approve(approval(turning, draft))
        return own_verdict(turning, inquiry.name, draft.arguments, reading)

    def read_ahead(self, inquiry: Inquiry) -> None:
        """What of `operation` takes longest and needs no record; the pack's wishes keep it for a moment."""
        pack = inquiry.turning.pack
        if inquiry.operation.effect and self.wishes.has(pack):
            asks_for(pack, inquiry.name, inquiry.turning.turn.text, self.wishes.of(pack))

    def beside(self, inquiry: Inquiry, draft: OperationDraft, dossier: Dossier) -> Verdict:
        """An operation asked for beside the turn's main one: only what the verifier reads itself is told of it, and
        nothing is ever approved."""
        fault = check_arguments(inquiry.operation, draft.arguments, dossier.sources)
        if fault is not None:
            return Reject(fault)
        return own_verdict(inquiry.turning, inquiry.name, draft.arguments, self.reading(inquiry, dossier))

    def reading(self, inquiry: Inquiry, dossier: Dossier) -> Reading:
        """What the verifier would say itself."""
        turning = inquiry.turning
        return read_operation(turning.pack, inquiry.operation, turning.language, dossier.found, dossier.diff)

    def case(self, turning: Turning, draft: ProposalDraft) -> Verdict:
        """A complaint or suggestion is filed without asking back. Raises ForgedTurn when the classifier did not take
        the message for one."""
        check_case_seal(turning.turn, turning.understanding, self.classifier)
        return self.case_beside(turning, draft)

    def case_beside(self, turning: Turning, draft: ProposalDraft) -> Verdict:
        """Asked for beside the turn's main request: it waits for a turn of its own, where the classifier seals it."""
        wishes = self.wishes.of(turning.pack)
        fault = check_case(draft, turning.turn, turning.understanding, wishes)
        return Reject(fault) if fault is not None else Approve(approval(turning, draft))


def is_doubtful(turning: Turning) -> bool:
    """Whether the customer may have meant something else: then a change is asked about, whatever its policy says."""
    understanding = turning.understanding
    unsure = understanding.confidence < turning.pack.tenant.route.write_confidence
    doubtful = unsure or turning.turn.resumed or is_watched(turning)
    return doubtful or doubtful_request(turning.turn.text, places_of(understanding))


def own_verdict(turning: Turning, name: str, arguments: tuple[Argument, ...], reading: Reading) -> Verdict:
    """The reply that the verifier's own reading calls for; a change is asked about, never approved here."""
    match reading:
        case Refusal():
            return Accept(replies.refused(turning, name, arguments, reading))
        case Success():
            return Accept(replies.succeeded(turning, name, arguments, reading))
        case Question():
            return Accept(replies.asked(turning, name, arguments, reading))
        case Change():
            return Accept(replies.to_confirm(turning, name, arguments, reading))
        case Impossible():
            return Reject(Fault("effect_without_rows", "executor"))


def approval(turning: Turning, draft: ProposalDraft) -> Approval:
    """Bound to turn, customer, epoch, arguments, row changes and a minute; not signed yet."""
    turn = turning.turn
    return Approval(
        ref=turning.ref,
        identity=turn.identity,
        operation=draft.operation,
        arguments=draft.arguments,
        diff_hash=draft.diff_hash,
        expires_at=turning.now + APPROVAL_LIFE,
        idempotency_key=operation_key(turn.ref, draft.operation),
    )


def drafted_operation(draft: object) -> OperationDraft | None:
    """The draft if it is about an operation of the catalogue."""
    if isinstance(draft, AskDraft | RefusalDraft | ProposalDraft) and draft.operation not in ("", OPEN_CASE):
        return draft
    return None
