"""What the executor does with a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from careline.contracts.draft import AnswerDraft, Draft, ProposalDraft
from careline.contracts.events import OperationApproved, OperationSettled, TurnDrafted, TurnGrounded
from careline.contracts.seals import Checker, diff_hash
from careline.contracts.spent import Spent
from careline.contracts.topics import OPERATIONS_SETTLED, TURNS_DRAFTED
from careline.contracts.turn import Turn
from careline.contracts.understanding import Confirmation, Route
from careline.llm.role import RoleModels
from careline.messaging import Done, MessageContext, Outcome, Output, PermanentError
from careline.operations.cases import OPEN_CASE, case_arguments, case_diff
from careline.operations.errors import OperationError
from careline.operations.situation import Situation, proven_customer, situation
from careline.operations.wording import notes_about, worded_notes
from careline.tenants.expressions import ExpressionError
from careline.tenants.model import Pack
from careline.tenants.words import WordsError

from .domain import canned
from .domain.answer import answer, cited, with_notes
from .domain.approval import ForgedOrder, check_order
from .domain.basics import draft_fact
from .domain.proposal import draft_operation
from .domain.request import language_of, make_request
from .domain.trusting import readable
from .domain.wanted import Wanted
from .outside import Outside
from .ports import Business, CaseOrder, FactsCache, Ledger, Order, Packs, Settlement
from .reusing import Reusing
from .writing import Writing, wanted

PACK_DEFECTS = (OperationError, ExpressionError, WordsError)


@dataclass(frozen=True, slots=True)
class Drafting:
    """turns.grounded -> turns.drafted: the one draft for what the customer wants. `models` write guide answers that
    the reflex is unsure of; `reusing` gives them again."""

    packs: Packs
    business: Business
    models: RoleModels | None = None
    reusing: Reusing | None = None

    async def __call__(self, event: TurnGrounded, context: MessageContext) -> Outcome:
        pack = await self.packs.pack(event.ref.tenant)
        spent: tuple[Spent, ...] = ()
        read = readable(event, pack)
        try:
            draft = await self._draft(Wanted.main(read), pack)
            # Looked at last: what the preview has seen of a call, was recorded before the call.
            if await self._under_way(event, pack):
                return Done()
            if self.models is not None and wanted(self.models, pack, read, draft):
                draft, spent = await self._written(read, pack, draft, self.models)
            draft = await self._noted(Wanted.main(read), pack, draft)
            further = [
                await self._beside(Wanted.further(read, number), pack)
                for number in range(len(event.understanding.further))
            ]
        except PACK_DEFECTS as error:
            # The customer is not to wait for a pack to be mended.
            draft = canned.defect(pack, language_of(event.understanding, pack), f"pack: {type(error).__name__}")
            further = [draft for _ in event.understanding.further]
        drafted = TurnDrafted(
            ref=event.ref,
            turn=event.turn,
            understanding=event.understanding,
            evidence=event.evidence,
            draft=draft,
            further=tuple(further),
            attempts=event.attempts,
            spent=spent,
        )
        return Done((Output(TURNS_DRAFTED, drafted),))

    async def _under_way(self, event: TurnGrounded, pack: Pack) -> bool:
        """Whether what this turn asks for has been sent to another system: drafted before a crash and again after it,
        it would be told of as it stands by now, or not understood, before its end is known. Its end is told instead."""
        operation = pack.operations.get(event.understanding.operation or "")
        elsewhere = operation is not None and (operation.remote is not None or operation.builtin is not None)
        return elsewhere and await self.business.sent(event.ref, pack)

    async def _draft(self, wanted: Wanted, pack: Pack) -> Draft:
        understanding = wanted.understanding
        language = language_of(understanding, pack)
        if understanding.confirmation is Confirmation.NO and wanted.turn.pending is not None:
            return canned.cancelled(pack, language)
        match understanding.route:
            case Route.OPERATION:
                return await self._operation(wanted, pack, language)
            case Route.BASIC_INFO:
                return await self._fact(wanted, pack, language)
            case Route.GUIDE:
                return self._guide(wanted, pack, language)
            case Route.COMPLAINT | Route.SUGGESTION:
                return _case(wanted)
            case Route.SMALL_TALK:
                return canned.small_talk(pack, understanding.intent, language)
            case Route.HUMAN:
                return canned.human_wanted(pack, language, understanding.intent)
            case Route.OUT_OF_SCOPE:
                return canned.out_of_scope(pack, language)

    async def _operation(self, wanted: Wanted, pack: Pack, language: str) -> Draft:
        name, turn = wanted.understanding.operation, wanted.turn
        if name is None or name not in pack.operations:
            return canned.defect(pack, language, "unknown_operation")
        arguments = wanted.understanding.arguments
        request = make_request(turn.ref, pack, name, turn.identity, arguments, language, turn.received_at)
        return draft_operation(request, await self.business.rehearse(request))

    async def _fact(self, wanted: Wanted, pack: Pack, language: str) -> Draft:
        field = wanted.understanding.fact
        if field is None or field not in pack.profile.facts:
            return canned.defect(pack, language, "unknown_fact")
        return draft_fact(pack, field, language, await self._situation(wanted.turn, pack))

    def _guide(self, wanted: Wanted, pack: Pack, language: str) -> Draft:
        rejected = {passage for attempt in wanted.attempts for passage in attempt.citations}
        draft = answer(wanted.words, wanted.passages, pack.tenant.guide, rejected)
        return draft or canned.no_answer(pack, language)

    async def _beside(self, wanted: Wanted, pack: Pack) -> Draft:
        return await self._noted(wanted, pack, await self._draft(wanted, pack))

    async def _noted(self, wanted: Wanted, pack: Pack, draft: Draft) -> Draft:
        """A guide answer behind what this customer has to know first, whoever wrote it."""
        if not isinstance(draft, AnswerDraft):
            return draft
        notes = notes_about(pack, cited(draft))
        if not notes or proven_customer(wanted.turn.identity) is None:
            return draft
        language = language_of(wanted.understanding, pack)
        return with_notes(draft, worded_notes(pack, notes, language, await self._situation(wanted.turn, pack)))

    async def _written(
        self, event: TurnGrounded, pack: Pack, draft: Draft, models: RoleModels
    ) -> tuple[Draft, tuple[Spent, ...]]:
        language = language_of(event.understanding, pack)
        return await Writing(models, pack, language, (), self.reusing).write(event, draft)

    async def _situation(self, turn: Turn, pack: Pack) -> Situation:
        customer = proven_customer(turn.identity)
        facts = await self.business.facts(turn.ref.tenant, pack, customer)
        return situation(pack, turn.received_at, customer, facts)


def _case(wanted: Wanted) -> Draft:
    arguments = case_arguments(wanted.turn, wanted.understanding.route)
    diff = case_diff(arguments)
    return ProposalDraft(text="", operation=OPEN_CASE, arguments=arguments, diff=diff, diff_hash=diff_hash(diff))


@dataclass(frozen=True, slots=True)
class Settling:
    """operations.approved -> operations.settled: commits what the verifier signed, once."""

    packs: Packs
    ledger: Ledger
    cache: FactsCache
    gateway: Checker
    verifier: Checker
    clock: Callable[[], datetime]
    outside: Outside | None = None  # for operations in other systems

    async def __call__(self, event: OperationApproved, context: MessageContext) -> Outcome:
        approval, turn = event.approval, event.turn
        try:
            check_order(event.ref, turn, approval, self.gateway, self.verifier)
        except ForgedOrder as error:
            raise PermanentError(str(error)) from error
        settled = await self._settle(event)
        if settled.status == "committed" and turn.identity.customer is not None:
            await self.cache.forget(event.ref.tenant, turn.identity.customer)
        output = OperationSettled(
            ref=event.ref,
            turn=turn,
            understanding=event.understanding,
            approval=approval,
            status=settled.status,
            reason=settled.reason,
            text=settled.text,
            diff=settled.diff,
            ledger_entry=settled.ledger_entry,
            case=settled.case,
            result=settled.result,
        )
        return Done((Output(OPERATIONS_SETTLED, output),))

    async def _settle(self, event: OperationApproved) -> Settlement:
        approval, turn = event.approval, event.turn
        pack = await self.packs.pack(event.ref.tenant)
        language = language_of(event.understanding, pack)
        if approval.operation == OPEN_CASE:
            return await self.ledger.open_case(CaseOrder(pack, language, turn, approval, self.clock()))
        if approval.operation not in pack.operations:  # a newer version of the pack
            return Settlement("stale")
        request = make_request(
            event.ref, pack, approval.operation, turn.identity, approval.arguments, language, turn.received_at
        )
        order = Order(request, turn, approval, self.clock())
        if self.outside is not None and await self.outside.concerns(order):
            return await self.outside.settle(order)
        if request.operation.remote is not None:
            raise PermanentError(f"{approval.operation} needs another system, and none is set up")
        return await self.ledger.settle(order)
