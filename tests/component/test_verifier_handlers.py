"""The verifier with its ports faked: what becomes of drafts and settlements, and of errors on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from tests.fixtures.library import FixedPacks, library_pack
from tests.fixtures.operations import NO_CONTEXT, NOW, a_signer, about, checker, only, wants

from careline.contracts.base import Event, TurnRef, derive_id
from careline.contracts.draft import CannedDraft, Draft, ProposalDraft
from careline.contracts.events import OperationApproved, OperationSettled, TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence
from careline.contracts.reply import Approval, Outcome
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Identity, RowChange, Turn
from careline.contracts.understanding import CustomerFacts, Route, Understanding
from careline.messaging import Done, PermanentError
from careline.operations.errors import UnresolvedValue
from careline.operations.evidence import Sources
from careline.operations.rules import Proceed
from careline.operations.situation import situation
from careline.operations.survey import Survey
from careline.operations.wording import Wording
from careline.storage import DatabaseUnavailable
from careline.tenants.model import Pack
from careline_verifier.domain.inquiry import Dossier, Inquiry, Record
from careline_verifier.domain.judging import Judge
from careline_verifier.domain.outputs import Press
from careline_verifier.handlers import Concluding, Verifying

pytestmark = pytest.mark.component

REF = TurnRef(tenant="mini", conversation="c-1", turn="t-1", epoch=0)
GATEWAY, CLASSIFIER, VERIFIER = a_signer(), a_signer(), a_signer()
TEXT = "extend ML-1001 by 7 days"
DIFF = (RowChange(table="loans", action="update", key={"number": "ML-1001"}, old={"due": "a"}, new={"due": "b"}),)
GRASP = wants("extend_loan", TEXT, loan="ML-1001", days=(7, "7"))


@dataclass
class FakeRecords:
    """What the verifier would read; an error is raised."""

    diff: tuple[RowChange, ...] | None = DIFF
    record: Record | None = None
    error: Exception | None = None
    decision: Any = None
    sent: bool = False

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return CustomerFacts(known=True, values={"name": "Ada", "points": 40})

    async def look_into(self, inquiry: Inquiry) -> Dossier:
        if self.error is not None:
            raise self.error
        here = replace(situation(library_pack(), NOW, "M-1"), args=inquiry.args)
        found = Survey(here, self.decision or Proceed())
        return Dossier(Sources(inquiry.turning.turn), found, self.diff, self.record, self.sent)

    async def settled(self, ref: TurnRef, pack: Pack) -> Record | None:
        return self.record


def a_turn(text: str = TEXT) -> Turn:
    identity = Identity(visitor="v", customer="M-1", assurance="signed")
    return GATEWAY.seal_turn(Turn(ref=REF, text=text, received_at=NOW, identity=identity))


def question(days: int = 7) -> str:
    here = replace(situation(library_pack(), NOW, "M-1"), args={"loan": "ML-1001", "days": days})
    return Wording(library_pack(), "en", here).question(library_pack().operations["extend_loan"], DIFF)


def proposal(**update: Any) -> ProposalDraft:
    good = ProposalDraft(
        text=question(), operation="extend_loan", arguments=GRASP.arguments, diff=DIFF, diff_hash=diff_hash(DIFF)
    )
    return good.model_copy(update=update)


def parts(records: FakeRecords) -> Any:
    judge = Judge(checker(VERIFIER), checker(CLASSIFIER))
    return FixedPacks(), records, checker(GATEWAY), judge, Press(VERIFIER), lambda: NOW


async def judged(
    draft: Draft, records: FakeRecords | None = None, understanding: Understanding = GRASP, **more: Any
) -> Event:
    event = TurnDrafted(
        ref=more.pop("ref", REF), turn=a_turn(), understanding=understanding, evidence=Evidence(), draft=draft, **more
    )
    return only(await Verifying(*parts(records or FakeRecords()))(event, NO_CONTEXT))


async def test_what_needs_no_consent_is_approved_and_signed() -> None:
    event = await judged(proposal())
    assert isinstance(event, OperationApproved)
    approval = event.approval
    checker(VERIFIER).check_approval(approval)
    assert approval.identity == a_turn().identity
    assert approval.diff_hash == diff_hash(DIFF)
    assert approval.expires_at == NOW + timedelta(seconds=60)
    assert approval.idempotency_key == derive_id("operation", "mini", "c-1", "t-1", "extend_loan")


async def test_a_change_of_which_the_classifier_is_not_sure_is_asked_about_whatever_its_policy() -> None:
    unsure = GRASP.model_copy(update={"confidence": library_pack().tenant.route.write_confidence - 0.01})
    asked = await judged(proposal(), understanding=unsure)
    assert isinstance(asked, TurnVerified)
    assert asked.reply.outcome is Outcome.CONFIRM
    assert asked.reply.pending is not None


async def test_what_needs_consent_is_asked_with_a_sealed_question() -> None:
    text = "extend ML-1001 by 20 days"
    grasp = wants("extend_loan", text, loan="ML-1001", days=(20, "20"))
    draft = proposal(text=question(20), arguments=grasp.arguments)
    event = TurnDrafted(ref=REF, turn=a_turn(text), understanding=grasp, evidence=Evidence(), draft=draft)
    asked = cast(TurnVerified, only(await Verifying(*parts(FakeRecords()))(event, NO_CONTEXT)))
    pending = asked.reply.pending
    assert asked.reply.outcome is Outcome.CONFIRM
    assert pending is not None
    checker(VERIFIER).check_pending("c-1", pending)
    assert pending.expires_at == NOW + timedelta(minutes=library_pack().tenant.confirm_minutes)
    assert (pending.diff, pending.operation, pending.asked_in) == (DIFF, "extend_loan", "t-1")


@pytest.mark.parametrize(
    ("update", "stage"),
    [
        ({"diff": (), "diff_hash": diff_hash(())}, "executor"),
        ({"text": "Done!"}, "executor"),
        ({"operation": "unheard_of"}, "classifier"),
        ({"arguments": GRASP.arguments[:1] * 2}, "classifier"),
        ({"arguments": (GRASP.arguments[0], GRASP.arguments[1].model_copy(update={"value": "7"}))}, "classifier"),
        ({"arguments": (GRASP.arguments[0], GRASP.arguments[1].model_copy(update={"value": 8}))}, "classifier"),
    ],
)
async def test_a_fault_goes_back_to_the_stage_to_blame(update: dict[str, Any], stage: str) -> None:
    event = await judged(proposal(**update))
    assert isinstance(event, TurnRejected)
    assert (event.attempts[-1].stage, event.ref.round) == (stage, 1)
    assert event.turn == a_turn()


async def test_the_last_round_ends_with_a_human() -> None:
    event = await judged(proposal(text="Done!"), ref=REF.model_copy(update={"round": library_pack().rounds}))
    assert isinstance(event, TurnVerified)
    assert (event.reply.outcome, event.reply.reason) == (Outcome.HANDOVER, "words")


async def test_a_defect_of_the_pack_is_a_humans_and_a_database_that_is_away_is_waited_for() -> None:
    event = await judged(proposal(), FakeRecords(error=UnresolvedValue("x")))
    assert isinstance(event, TurnVerified)
    assert event.reply.outcome is Outcome.HANDOVER
    with pytest.raises(DatabaseUnavailable):
        await judged(proposal(), FakeRecords(error=DatabaseUnavailable("away")))


RECORD = Record(
    status="committed",
    key=derive_id("operation", "mini", "c-1", "t-1", "extend_loan"),
    operation="extend_loan",
    arguments=GRASP.arguments,
    text="Loan ML-1001 is extended by 7 days.",
    entry="e-1",
)


async def test_what_is_settled_is_told_and_not_judged_again() -> None:
    event = await judged(proposal(text="anything"), FakeRecords(record=RECORD))
    assert isinstance(event, TurnVerified)
    assert (event.reply.outcome, event.reply.text, event.reply.ledger_entry) == (Outcome.SUCCESS, RECORD.text, "e-1")


async def test_what_is_on_its_way_to_another_system_is_not_judged_again_after_a_crash() -> None:
    """That system may show it as done by now, so that the draft of before the crash looks wrong; its end is told."""
    judge = Verifying(*parts(FakeRecords(sent=True, diff=None)))
    event = TurnDrafted(ref=REF, turn=a_turn(), understanding=GRASP, evidence=Evidence(), draft=proposal())
    assert await judge(event, NO_CONTEXT) == Done()
    told = await judged(proposal(), FakeRecords(sent=True, record=RECORD))  # but an end that is known is told
    assert isinstance(told, TurnVerified)
    assert told.reply.text == RECORD.text


async def test_the_same_draft_gives_the_same_event() -> None:
    draft = CannedDraft(text="You're welcome.", outcome="small_talk")
    one, other = [await judged(draft, understanding=about(Route.SMALL_TALK)) for _ in range(2)]
    assert one.event_id == other.event_id
    assert one.to_bytes() == other.to_bytes()


def settled(status: Any, **update: Any) -> OperationSettled:
    approval = Approval(
        ref=REF,
        identity=a_turn().identity,
        operation="extend_loan",
        arguments=GRASP.arguments,
        diff_hash=diff_hash(DIFF),
        expires_at=NOW + timedelta(minutes=1),
        idempotency_key=RECORD.key,
    )
    event = OperationSettled(
        ref=REF, turn=a_turn(), understanding=GRASP, approval=VERIFIER.seal_approval(approval), status=status
    )
    return event.model_copy(update=update)


async def concluded(event: OperationSettled, records: FakeRecords) -> Any:
    outcome = await Concluding(*parts(records))(event, NO_CONTEXT)
    return outcome if outcome == Done() else cast(TurnVerified, only(outcome)).reply


async def test_done_is_said_in_the_ledgers_words() -> None:
    reply = await concluded(settled("committed", text="You won!"), FakeRecords(record=RECORD))
    assert (reply.outcome, reply.text, reply.ledger_entry) == (Outcome.SUCCESS, RECORD.text, "e-1")


async def test_a_refusal_is_told_with_its_reason() -> None:
    record = replace(RECORD, status="refused", reason="blocked", text="Your card is blocked.", entry=None)
    reply = await concluded(settled("refused"), FakeRecords(record=record))
    assert (reply.outcome, reply.reason, reply.ledger_entry) == (Outcome.REFUSED, "blocked", None)


@pytest.mark.parametrize(
    ("status", "record"),
    [
        ("committed", None),
        ("refused", None),
        ("committed", replace(RECORD, status="refused")),
        ("refused", RECORD),
        ("committed", replace(RECORD, key="another")),
    ],
)
async def test_a_claim_that_the_ledger_does_not_bear_out_is_a_dead_letter(status: str, record: Record | None) -> None:
    with pytest.raises(PermanentError):
        await concluded(settled(status), FakeRecords(record=record))


async def test_stale_is_asked_again_even_where_no_consent_was_wanted() -> None:
    reply = await concluded(settled("stale"), FakeRecords())
    assert reply.outcome is Outcome.CONFIRM
    assert reply.pending.diff == DIFF


async def test_stale_without_anything_left_to_do_goes_to_a_human() -> None:
    reply = await concluded(settled("stale"), FakeRecords(diff=None))
    assert reply.outcome is Outcome.HANDOVER


async def test_void_is_told_to_nobody() -> None:
    assert await concluded(settled("void"), FakeRecords()) == Done()


async def test_whatever_is_said_is_sealed() -> None:
    """An answer, a question and what became of an operation: the gateway shows nothing else."""
    small = CannedDraft(text="You're welcome.", outcome="small_talk")
    done = await Concluding(*parts(FakeRecords(record=RECORD)))(settled("committed"), NO_CONTEXT)
    unsure = GRASP.model_copy(update={"confidence": 0.0})
    for event in (
        await judged(small, understanding=about(Route.SMALL_TALK)),
        await judged(proposal(), understanding=unsure),
        only(done),
    ):
        assert isinstance(event, TurnVerified)
        checker(VERIFIER).check_reply(event)
