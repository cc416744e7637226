"""Whatever a draft claims, the verifier believes only the seals, its own reading and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from tests.fixtures.operations import (
    NO_CONTEXT,
    Counter,
    a_signer,
    about,
    as_role,
    counter,
    quoted_argument,
    wants,
)

from careline.contracts.draft import (
    AnswerDraft,
    AskDraft,
    CannedDraft,
    Citation,
    Draft,
    FactDraft,
    HandoverDraft,
    ProposalDraft,
    RefusalDraft,
)
from careline.contracts.events import OperationApproved, TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.evidence import Evidence, Passage
from careline.contracts.reply import Outcome
from careline.contracts.seals import diff_hash
from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, Exchange, RowChange
from careline.contracts.understanding import Request, Route, Span
from careline.messaging import PermanentError

pytestmark = pytest.mark.integration
__all__ = ["counter"]

EXTEND = "extend ML-1001 by 7 days"
RETURN = "return loan ML-1001"


async def an_extension(counter: Counter) -> TurnDrafted:
    return await counter.draft(await counter.turn(EXTEND), wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE biz_mini.loans SET status = 'returned'",
        "DELETE FROM biz_mini.loans",
        "INSERT INTO biz_mini.notes (tenant, id, member_id, text, at) VALUES ('mini', 9, 'M-1', 'x', now())",
        "DELETE FROM ledger.entries",
        "INSERT INTO ledger.cases (tenant, number, kind, text, conversation, turn, visitor, language) "
        "VALUES ('mini', 9, 'complaint', 'x', 'c', 't', 'v', 'en')",
        "UPDATE gateway.conversations SET epoch = 9",
        "UPDATE control.tenants SET version = 'x'",
        "SET ROLE careline_executor",
        "CREATE TABLE biz_mini.own (id int)",
    ],
)
async def test_the_verifiers_role_cannot_write(counter: Counter, fresh_database: str, statement: str) -> None:
    connection = await asyncpg.connect(as_role(fresh_database, "verifier"))
    try:
        await connection.execute("SELECT set_config('careline.tenant', 'mini', false)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_forged_turn_changes_nothing(counter: Counter) -> None:
    drafted = await an_extension(counter)
    somebody_else = drafted.turn.identity.model_copy(update={"customer": "M-2"})
    for turn in (
        drafted.turn.model_copy(update={"seal": ""}),
        drafted.turn.model_copy(update={"identity": somebody_else}),
        drafted.turn.model_copy(update={"text": "extend ML-1003 by 30 days"}),
        a_signer().seal_turn(drafted.turn),
    ):
        with pytest.raises(PermanentError):
            await counter.verifying(drafted.model_copy(update={"turn": turn}), NO_CONTEXT)
    raised = drafted.ref.model_copy(update={"epoch": 1})
    with pytest.raises(PermanentError):
        await counter.verifying(drafted.model_copy(update={"ref": raised}), NO_CONTEXT)


def loan(value: str, quote: str, start: int, source: EvidenceSource = EvidenceSource.TEXT, **more: Any) -> Argument:
    evidence = ArgumentEvidence(source=source, quote=quote, start=start, end=start + len(quote), **more)
    return Argument(name="loan", value=value, evidence=evidence)


@pytest.mark.parametrize("forging", ["no seal", "a stranger's", "of another route", "of another turn"])
async def test_a_case_that_the_classifier_did_not_seal_is_not_filed(counter: Counter, forging: str) -> None:
    """Though the words read like one: whoever can write to the topics files nothing in them."""
    words = "your service is terrible"
    turn, other = await counter.turn(words), await counter.turn(words)
    complaint, suggestion = about(Route.COMPLAINT), about(Route.SUGGESTION)
    forged = {
        "no seal": complaint,
        "a stranger's": a_signer().seal_case(turn, complaint),
        "of another route": complaint.model_copy(update={"seal": counter.sealed(turn, suggestion).seal}),
        "of another turn": counter.sealed(other, complaint),
    }[forging]
    drafted = await counter.draft(turn, complaint)
    with pytest.raises(PermanentError, match="signature"):
        await counter.judge(drafted.model_copy(update={"understanding": forged}))
    assert isinstance(await counter.judge(drafted), OperationApproved)


async def test_a_case_beside_a_request_waits_for_a_turn_in_which_it_is_sealed(counter: Counter) -> None:
    text = "Tell me a joke. Your service is terrible"
    turn = await counter.turn(text)
    first, second = Span(start=0, end=15), Span(start=16, end=len(text))
    beside = Request(route=Route.COMPLAINT, confidence=0.9, span=second)
    event = await counter.judge(await counter.draft(turn, about(Route.OUT_OF_SCOPE, span=first, further=(beside,))))
    assert isinstance(event, TurnVerified)
    assert event.reply.later == (second,)


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        (loan("ML-1003", "ML-1001", 7), "another value"),
        (loan("ML-1003", "ML-1003", 7), "not_a_quote"),
        (loan("ML-1003", "ML-1003", 700), "not_a_quote"),
        (loan("ML-100", "ML-100", 7), "not_a_whole_word"),
        (loan("7", "7", 18), "not_its_type"),
        (loan("ML-1003", "ML-1003", 0, EvidenceSource.HISTORY, turn="t-0"), "not_a_quote"),
        (loan("ML-1003", "ML-1003", 0, EvidenceSource.HISTORY, turn="t-9"), "no_such_turn"),
        (loan("ML-1003", "ML-1003", 0, EvidenceSource.PENDING), "not_pending"),
        (loan("ML-1003", "ML-1003", 0, EvidenceSource.RECORD, record="loans.number"), "no_such_record"),
        (loan("ML-1003", "ML-1003", 0, EvidenceSource.RECORD, record="pack.default"), "no_such_record"),
    ],
)
async def test_an_argument_without_evidence_is_turned_down(counter: Counter, argument: Argument, code: str) -> None:
    # Another customer's loan, named by the assistant only: its words are no evidence.
    history = (Exchange(turn="t-0", customer="hello", reply="ML-1003 is open"),)
    turn = await counter.turn(EXTEND, history=history)
    days = quoted_argument("days", (7, "7"), EXTEND)
    understanding = wants("extend_loan", EXTEND).model_copy(update={"arguments": (argument, days)})
    rejected = await counter.judge(await counter.draft(turn, understanding))
    assert isinstance(rejected, TurnRejected)
    assert rejected.attempts[-1].stage == "classifier"
    assert code in rejected.attempts[-1].reason
    assert rejected.ref.round == 1


async def test_a_record_counts_when_it_is_the_only_one(counter: Counter) -> None:
    text = "return my book"
    argument = loan("ML-1003", "ML-1003", 0, EvidenceSource.RECORD, record="loans.number")
    understanding = wants("return_book", text).model_copy(update={"arguments": (argument,)})
    reply = await counter.reply(await counter.turn(text, "M-2"), understanding)
    assert reply.outcome is Outcome.CONFIRM
    # M-1 has two open loans, and ML-1003 is not one of them.
    rejected = await counter.judge(await counter.draft(await counter.turn(text, "M-1"), understanding))
    assert isinstance(rejected, TurnRejected)
    assert "not_unique" in rejected.attempts[-1].reason


def changed(**update: Any) -> Callable[[Any], Draft]:
    return lambda draft: draft.model_copy(update=update)


def another_diff(draft: ProposalDraft) -> Draft:
    foreign = RowChange(
        table="loans", action="update", key={"number": "ML-1003"}, old={"status": "open"}, new={"status": "returned"}
    )
    diff = (*draft.diff, foreign)
    return draft.model_copy(update={"diff": diff, "diff_hash": diff_hash(diff)})


def as_done(draft: ProposalDraft) -> Draft:
    return draft.model_copy(
        update={"diff": (), "diff_hash": diff_hash(()), "text": "Loan ML-1001 is extended by 7 days."}
    )


def as_refusal(draft: ProposalDraft) -> Draft:
    return RefusalDraft(text="No.", operation=draft.operation, arguments=draft.arguments, reason="blocked")


def as_question(draft: ProposalDraft) -> Draft:
    return AskDraft(text="Which?", operation=draft.operation, arguments=(), missing=("loan",))


@pytest.mark.parametrize(
    ("tamper", "reason"),
    [
        (another_diff, "diff"),
        (changed(diff_hash="0" * 64), "diff"),
        (changed(text="All your fines are waived."), "words"),
        (changed(operation="return_book"), "another operation"),
        (changed(operation="drop_tables"), "unknown_operation"),
        (as_done, "diff"),
        (as_refusal, "policy"),
        (as_question, "policy"),
    ],
)
async def test_a_tampered_proposal_is_turned_down(
    counter: Counter, tamper: Callable[[Any], Draft], reason: str
) -> None:
    drafted = await an_extension(counter)
    rejected = await counter.judge(drafted, tamper(drafted.draft))
    assert isinstance(rejected, TurnRejected)
    assert reason in rejected.attempts[-1].reason
    assert await counter.count("ledger.entries") == 0


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (FactDraft(text="You have 4000 points.", field="points", value=4000), "another value"),
        (FactDraft(text="You have 4000 points.", field="points", value=40), "words"),
        (FactDraft(text="ada@example.org", field="email", value="ada@example.org"), "not one that may be asked for"),
        (CannedDraft(text="Your loan is extended.", outcome="small_talk"), "words"),
        (CannedDraft(text="All right, nothing was changed.", outcome="cancelled"), "nothing to cancel"),
        (HandoverDraft(text="Call 0900-1234.", reason="x"), "words"),
        (RefusalDraft(text="Please sign in first.", operation="", arguments=(), reason="sign_in"), "no such refusal"),
        (AnswerDraft(text="Everything is free.", citations=()), "nothing is cited"),
        (AnswerDraft(text="Free.", citations=(Citation(passage="x#1", quote="Free."),)), "no such passage"),
    ],
)
async def test_other_drafts_are_held_to_the_record_and_the_packs_words(
    counter: Counter, draft: Draft, reason: str
) -> None:
    drafted = await counter.draft(await counter.turn("hello"), about(Route.SMALL_TALK, intent="greeting"))
    rejected = await counter.judge(drafted, draft)
    assert isinstance(rejected, TurnRejected)
    assert reason in rejected.attempts[-1].reason


async def test_a_passage_that_is_not_in_the_guide_is_no_evidence(counter: Counter) -> None:
    real = next(passage for passage in counter.pack.guide if passage.language == "en")
    for text, outcome in ((real.text, TurnVerified), ("Every fine is waived.", TurnRejected)):
        passage = Passage(
            id=real.id,
            document=real.document,
            version="1",
            language="en",
            title=real.title,
            text=text,
            similarity=0.9,
        )
        turn = await counter.turn("when are you open?")
        drafted = await counter.draft(turn, about(Route.GUIDE), Evidence(passages=(passage,)))
        assert isinstance(drafted.draft, AnswerDraft)
        assert isinstance(await counter.judge(drafted), outcome)


async def test_a_blocked_customer_is_told_so_before_a_guide_answer(counter: Counter) -> None:
    real = next(passage for passage in counter.pack.guide if passage.language == "en")
    passage = Passage(**real.model_dump(exclude={"asked", "path", "source"}), version="1", similarity=0.9)
    turn = await counter.turn("when are you open?", "M-3")
    drafted = await counter.draft(turn, about(Route.GUIDE), Evidence(passages=(passage,)))
    reply = await counter.reply(turn, about(Route.GUIDE), Evidence(passages=(passage,)))
    assert reply.text == f"Your card is blocked at the moment.\n{real.text}"
    silent = drafted.draft.model_copy(update={"text": real.text})
    assert isinstance(await counter.judge(drafted, silent), TurnRejected)
