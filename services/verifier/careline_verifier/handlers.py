"""What the verifier does with a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careline.contracts.draft import (
    AnswerDraft,
    CannedDraft,
    Draft,
    FactDraft,
    HandoverDraft,
    ProposalDraft,
    RefusalDraft,
)
from careline.contracts.events import OperationApproved, OperationSettled, TurnDrafted, TurnRejected
from careline.contracts.seals import Checker
from careline.contracts.spent import Spent
from careline.contracts.topics import OPERATIONS_APPROVED, TURNS_REJECTED, TURNS_VERIFIED
from careline.contracts.turn import Argument
from careline.llm.role import RoleModels
from careline.messaging import Done, MessageContext, Outcome, Output, PermanentError
from careline.operations.cases import OPEN_CASE
from careline.operations.errors import OperationError, UnknownName
from careline.operations.situation import Situation, proven_customer, situation, typed_arguments
from careline.operations.wording import guide_notes
from careline.tenants.expressions import ExpressionError
from careline.tenants.words import WordsError

from .advising import Advising
from .domain import replies
from .domain.checks.canned import check_canned, check_handover, check_sign_in
from .domain.checks.confirmation import is_sealed
from .domain.checks.facts import check_fact
from .domain.checks.grounding import check_grounding
from .domain.checks.own_words import check_own_words
from .domain.checks.policy import OperationDraft
from .domain.checks.seal import ForgedTurn, check_turn
from .domain.checks.settlement import ForgedSettlement, check_claim, check_settlement
from .domain.inquiry import Inquiry, Turning
from .domain.judging import Judge, drafted_operation, own_verdict
from .domain.outputs import Press, Said
from .domain.reading import Refusal
from .domain.verdict import Accept, Fault, Reject, Verdict
from .ports import Packs, Records

PACK_DEFECTS = (OperationError, ExpressionError, WordsError)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Verifying:
    """turns.drafted -> turns.verified, turns.rejected or operations.approved. `models` may refuse an answer besides."""

    packs: Packs
    records: Records
    gateway: Checker
    judge: Judge
    press: Press
    clock: Clock
    models: RoleModels | None = None

    async def __call__(self, event: TurnDrafted, context: MessageContext) -> Outcome:
        try:
            check_turn(event.ref, event.turn, self.gateway)
        except ForgedTurn as error:
            raise PermanentError(str(error)) from error
        pack = await self.packs.pack(event.ref.tenant)
        turning = Turning(event.ref, event.turn, event.understanding, pack, self.clock())
        spent: tuple[Spent, ...] = ()
        try:
            verdict = await self._judge(event, turning)
            if self.models is not None and isinstance(event.draft, AnswerDraft) and isinstance(verdict, Accept):
                advising = Advising(self.models)
                verdict, spent = await self._advised(advising, event, turning, event.draft, verdict)
        except PACK_DEFECTS as error:
            # No round would mend it, and the customer is not to wait until somebody has.
            verdict = Accept(replies.given_up(turning, f"pack: {type(error).__name__}"))
        return Done((_output(self.press.after_draft(turning, verdict, event.draft, event.attempts, spent)),))

    async def _judge(self, event: TurnDrafted, turning: Turning) -> Verdict:
        operation = drafted_operation(event.draft)
        if operation is not None:
            return await self._operation(turning, operation)
        match event.draft:
            case ProposalDraft():
                return await self._case(turning, event.draft)
            case AnswerDraft():
                return await self._answer(event, turning, event.draft)
            case FactDraft():
                return await self._fact(turning, event.draft)
            case _:
                return _words(turning, event.draft)

    async def _operation(self, turning: Turning, draft: OperationDraft) -> Verdict:
        name = draft.operation
        if name not in turning.pack.operations:
            return Reject(Fault("unknown_operation", "classifier"))
        if name != turning.understanding.operation:
            return Reject(Fault("another operation than understood", "executor"))
        try:
            inquiry = make_inquiry(turning, name, draft.arguments, self.judge.verifier)
        except (UnknownName, ValueError, TypeError, ArithmeticError) as error:
            return Reject(Fault(f"schema: {type(error).__name__}", "classifier"))
        return self.judge.operation(inquiry, draft, await self.records.look_into(inquiry))

    async def _case(self, turning: Turning, draft: ProposalDraft) -> Verdict:
        if draft.operation != OPEN_CASE:
            return Reject(Fault("unknown_operation", "executor"))
        record = await self.records.settled(turning.ref)
        if record is not None and record.status == "committed":
            return Accept(replies.settled(turning, record))
        return self.judge.case(turning, draft)

    async def _advised(
        self, advising: Advising, event: TurnDrafted, turning: Turning, draft: AnswerDraft, verdict: Verdict
    ) -> tuple[Verdict, tuple[Spent, ...]]:
        """The same verdict, or a rejection."""
        if not advising.may_ask(turning) or not advising.wanted(event, turning, draft, await self._notes(turning)):
            return verdict, ()
        fault, spent = await advising.judge(turning, draft)
        return (Reject(fault) if fault else verdict), spent

    async def _answer(self, event: TurnDrafted, turning: Turning, draft: AnswerDraft) -> Verdict:
        notes, passages = await self._notes(turning), event.evidence.passages
        fault = check_grounding(draft, passages, turning.pack.guide, notes) or check_own_words(
            draft, turning.turn.text, passages, notes, turning.language
        )
        return Reject(fault) if fault else Accept(replies.answered(turning, draft))

    async def _fact(self, turning: Turning, draft: FactDraft) -> Verdict:
        fault = check_fact(draft, turning.pack, turning.language, await self._situation(turning))
        return Reject(fault) if fault else Accept(replies.told(turning, draft))

    async def _notes(self, turning: Turning) -> tuple[str, ...]:
        if not turning.pack.profile.guide_notes or proven_customer(turning.turn.identity) is None:
            return ()
        return guide_notes(turning.pack, turning.language, await self._situation(turning))

    async def _situation(self, turning: Turning) -> Situation:
        customer = proven_customer(turning.turn.identity)
        facts = await self.records.facts(turning.ref.tenant, turning.pack, customer)
        return situation(turning.pack, turning.turn.received_at, customer, facts)


@dataclass(frozen=True, slots=True)
class Concluding:
    """operations.settled -> turns.verified: tells the customer what the ledger has, or asks again."""

    packs: Packs
    records: Records
    gateway: Checker
    judge: Judge
    press: Press
    clock: Clock

    async def __call__(self, event: OperationSettled, context: MessageContext) -> Outcome:
        try:
            check_settlement(event, self.gateway, self.judge.verifier)
            if event.status == "void":
                return Done()
            record = await self.records.settled(event.ref)
            check_claim(event, record)
        except ForgedSettlement as error:
            raise PermanentError(str(error)) from error
        pack = await self.packs.pack(event.ref.tenant)
        turning = Turning(event.ref, event.turn, event.understanding, pack, self.clock())
        if record is not None and record.status != "stale":
            return Done((_output(self.press.reply(turning, replies.settled(turning, record))),))
        try:
            verdict = await self._again(event, turning)
        except PACK_DEFECTS as error:
            verdict = Reject(Fault(f"pack: {type(error).__name__}", "executor"))
        reply = verdict.reply if isinstance(verdict, Accept) else replies.given_up(turning, "stale")
        return Done((_output(self.press.reply(turning, reply)),))

    async def _again(self, event: OperationSettled, turning: Turning) -> Verdict:
        """What was approved no longer holds: the verifier's reading of how things are now."""
        name, arguments = event.approval.operation, event.approval.arguments
        if name not in turning.pack.operations:
            return Reject(Fault("unknown_operation", "classifier"))
        inquiry = make_inquiry(turning, name, arguments, self.judge.verifier)
        dossier = await self.records.look_into(inquiry)
        return own_verdict(turning, name, arguments, self.judge.reading(inquiry, dossier))


def make_inquiry(turning: Turning, name: str, arguments: tuple[Argument, ...], verifier: Checker) -> Inquiry:
    """Raises UnknownName, ValueError, TypeError or ArithmeticError for arguments that do not fit the operation."""
    operation = turning.pack.operations[name]
    args = typed_arguments(operation, arguments)
    return Inquiry(turning, name, operation, arguments, args, is_sealed(turning.turn, verifier))


def _words(turning: Turning, draft: Draft) -> Verdict:
    """Drafts that are nothing but the pack's words."""
    pack, language, turn = turning.pack, turning.language, turning.turn
    match draft:
        case CannedDraft():
            fault = check_canned(draft, pack, language, turn)
            return Reject(fault) if fault else Accept(replies.said(turning, draft))
        case HandoverDraft():
            fault = check_handover(draft, pack, language)
            return Reject(fault) if fault else Accept(replies.handed_over(turning, draft))
        case RefusalDraft():
            fault = check_sign_in(draft, pack, language, turn)
            return (
                Reject(fault)
                if fault
                else Accept(replies.refused(turning, None, (), Refusal(draft.reason, draft.text)))
            )
        case _:
            return Reject(Fault("unknown_operation", "executor"))


def _output(event: Said) -> Output:
    if isinstance(event, OperationApproved):
        return Output(OPERATIONS_APPROVED, event)
    return Output(TURNS_REJECTED if isinstance(event, TurnRejected) else TURNS_VERIFIED, event)
