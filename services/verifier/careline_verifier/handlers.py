"""What the verifier does with a message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careline.contracts.draft import (
    AnswerDraft,
    AskDraft,
    CannedDraft,
    Draft,
    FactDraft,
    HandoverDraft,
    ProposalDraft,
    RefusalDraft,
)
from careline.contracts.events import OperationApproved, OperationSettled, TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.evidence import Passage
from careline.contracts.reply import Reply
from careline.contracts.seals import Checker
from careline.contracts.spent import Spent
from careline.contracts.topics import OPERATIONS_APPROVED, TURNS_REJECTED, TURNS_VERIFIED
from careline.contracts.turn import Argument
from careline.llm.role import RoleModels
from careline.messaging import Done, MessageContext, Outcome, Output, PermanentError
from careline.operations.cases import OPEN_CASE
from careline.operations.errors import OperationError, UnknownName
from careline.operations.situation import Situation, proven_customer, situation, typed_arguments
from careline.operations.wording import notes_about, worded_notes
from careline.runtime.begun import begun
from careline.tenants.expressions import ExpressionError
from careline.tenants.words import WordsError

from .advising import Advising
from .domain import replies
from .domain.checks.canned import check_canned, check_handover, check_sign_in
from .domain.checks.confirmation import is_sealed
from .domain.checks.facts import as_it_stands, check_fact
from .domain.checks.grounding import check_grounding
from .domain.checks.own_words import check_own_words
from .domain.checks.policy import OperationDraft
from .domain.checks.seal import ForgedTurn, check_turn
from .domain.checks.settlement import ForgedSettlement, check_claim, check_settlement
from .domain.checks.spoken import check_spoken
from .domain.inquiry import Inquiry, Turning
from .domain.judging import Judge, drafted_operation, own_verdict
from .domain.outputs import Press, Said
from .domain.reading import Refusal
from .domain.safety import in_danger
from .domain.several import check_places, combined, rest_of, signed_rest, with_rest
from .domain.verdict import Accept, Fault, Reject, UnderWay, Verdict
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
        except UnderWay:
            return Done()
        except PACK_DEFECTS as error:
            # No round would mend it, and the customer is not to wait until somebody has.
            verdict = Accept(replies.given_up(turning, f"pack: {type(error).__name__}"))
        said = self.press.after_draft(turning, verdict, event.draft, event.attempts, spent, event.further)
        return Done((_output(said),))

    async def _judge(self, event: TurnDrafted, turning: Turning) -> Verdict:
        """One verdict for all that the message asks for. A message that only a person may answer gets no other reply,
        whatever the classifier made of it."""
        if (kept := in_danger(turning)) is not None:
            return kept
        understanding = turning.understanding
        if len(event.further) != len(understanding.further):
            return Reject(Fault("several: not one draft for each request", "executor"))
        if fault := check_places(turning):
            return Reject(fault)
        verdicts = [
            await self._draft(turning.alone(request), draft, event.evidence.of(number), main=False)
            for number, (request, draft) in enumerate(zip(understanding.further, event.further, strict=True))
        ]
        rest = rest_of(turning, verdicts)
        if isinstance(rest, Reject):
            return rest
        verdict = await self._draft(turning, event.draft, event.evidence.passages, main=True)
        return with_rest(turning, verdict, rest)

    async def _draft(self, turning: Turning, draft: Draft, passages: tuple[Passage, ...], *, main: bool) -> Verdict:
        operation = drafted_operation(draft)
        if isinstance(draft, AskDraft | RefusalDraft | ProposalDraft) and not self.judge.wishes.has(turning.pack):
            await asyncio.to_thread(self.judge.wishes.of, turning.pack)
        if operation is not None:
            return await self._operation(turning, operation, main=main)
        match draft:
            case ProposalDraft():
                return await self._case(turning, draft, main=main)
            case AnswerDraft():
                return await self._answer(turning, draft, passages)
            case FactDraft():
                return await self._fact(turning, draft, main=main)
            case _:
                return _words(turning, draft)

    async def _operation(self, turning: Turning, draft: OperationDraft, *, main: bool) -> Verdict:
        name = draft.operation
        if name not in turning.pack.operations:
            return Reject(Fault("unknown_operation", "classifier"))
        if name != turning.understanding.operation:
            return Reject(Fault("another operation than understood", "executor"))
        try:
            inquiry = make_inquiry(turning, name, draft.arguments, self.judge.verifier)
        except (UnknownName, ValueError, TypeError, ArithmeticError) as error:
            return Reject(Fault(f"schema: {type(error).__name__}", "classifier"))
        # The message is read while the records are on their way.
        async with begun(self.records.look_into(inquiry)) as looking:
            self.judge.read_ahead(inquiry)
            dossier = await looking
        if dossier.sent and dossier.record is None:
            raise UnderWay
        return self.judge.operation(inquiry, draft, dossier) if main else self.judge.beside(inquiry, draft, dossier)

    async def _case(self, turning: Turning, draft: ProposalDraft, *, main: bool) -> Verdict:
        if draft.operation != OPEN_CASE:
            return Reject(Fault("unknown_operation", "executor"))
        record = await self.records.settled(turning.ref, turning.pack)
        if record is not None and record.status == "committed":
            return Accept(replies.settled(turning, record))
        try:
            return self.judge.case(turning, draft) if main else self.judge.case_beside(turning, draft)
        except ForgedTurn as error:
            raise PermanentError(str(error)) from error

    async def _advised(
        self, advising: Advising, event: TurnDrafted, turning: Turning, draft: AnswerDraft, verdict: Verdict
    ) -> tuple[Verdict, tuple[Spent, ...]]:
        """The same verdict, or a rejection. Of several answers none is asked about: they are the guide's own words."""
        if turning.understanding.span is not None or not advising.may_ask(turning):
            return verdict, ()
        notes = await self._notes(turning, draft)
        if not advising.wanted(event, turning, draft, notes):
            return verdict, ()
        fault, spent = await advising.judge(turning, draft, notes)
        return (Reject(fault) if fault else verdict), spent

    async def _answer(self, turning: Turning, draft: AnswerDraft, passages: tuple[Passage, ...]) -> Verdict:
        notes = await self._notes(turning, draft)
        fault = (
            check_grounding(draft, turning.words, passages, turning.pack.guide, notes)
            or check_own_words(draft, turning.words, passages, notes, turning.language)
            or check_spoken(draft, turning, passages, notes)
        )
        return Reject(fault) if fault else Accept(replies.answered(turning, draft))

    async def _notes(self, turning: Turning, draft: AnswerDraft) -> tuple[str, ...]:
        """What this customer has to be told before an answer from these passages."""
        declared = notes_about(turning.pack, (citation.passage for citation in draft.citations))
        if not declared or proven_customer(turning.turn.identity) is None:
            return ()
        return worded_notes(turning.pack, declared, turning.language, await self._situation(turning))

    async def _fact(self, turning: Turning, draft: FactDraft, *, main: bool) -> Verdict:
        now = await self._situation(turning)
        if not main:
            # Beside a change that was just carried out it may read otherwise than it was drafted.
            draft = as_it_stands(draft, turning.pack, turning.language, now)
        fault = check_fact(draft, turning.pack, turning.language, now)
        return Reject(fault) if fault else Accept(replies.told(turning, draft))

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
            pack = await self.packs.pack(event.ref.tenant)
            record = await self.records.settled(event.ref, pack)
            check_claim(event, record)
        except ForgedSettlement as error:
            raise PermanentError(str(error)) from error
        turning = Turning(event.ref, event.turn, event.understanding, pack, self.clock())
        if record is not None and record.status != "stale":
            return Done((_output(self._reply(event, turning, replies.settled(turning, record))),))
        try:
            verdict = await self._again(event, turning)
        except PACK_DEFECTS as error:
            verdict = Reject(Fault(f"pack: {type(error).__name__}", "executor"))
        reply = verdict.reply if isinstance(verdict, Accept) else replies.given_up(turning, "stale")
        return Done((_output(self._reply(event, turning, reply)),))

    def _reply(self, event: OperationSettled, turning: Turning, reply: Reply) -> TurnVerified:
        """With the answers that the approval was signed with."""
        rest = signed_rest(event.approval)
        return self.press.reply(turning, combined(turning.pack, turning.understanding, reply, rest))

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
