"""Confirmations, rounds and settlements: what a customer agreed to, and what may be said to be done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.fixtures.operations import (
    NO_CONTEXT,
    Counter,
    a_signer,
    counter,
    wants,
    yes,
)

from careline.contracts.events import OperationApproved, TurnDrafted, TurnRejected, TurnVerified
from careline.contracts.reply import Outcome
from careline.messaging import Done, PermanentError

pytestmark = pytest.mark.integration
__all__ = ["counter"]

EXTEND = "extend ML-1001 by 7 days"
RETURN = "return loan ML-1001"


async def an_extension(counter: Counter) -> TurnDrafted:
    return await counter.draft(await counter.turn(EXTEND), wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")))


@pytest.mark.parametrize("forgery", ["unsealed", "own key", "other conversation", "expiry", "expired"])
async def test_a_forged_or_expired_confirmation_is_worth_nothing(counter: Counter, forgery: str) -> None:
    reply = await counter.reply(await counter.turn(RETURN), wants("return_book", RETURN, loan="ML-1001"))
    pending = reply.pending
    assert pending is not None
    match forgery:
        case "unsealed":
            pending = pending.model_copy(update={"seal": ""})
        case "own key":
            pending = a_signer().seal_pending("c-1", pending)
        case "other conversation":
            pending = counter.verifier_key.seal_pending("c-2", pending)
        case "expiry":
            pending = pending.model_copy(update={"expires_at": pending.expires_at + timedelta(days=1)})
        case _:
            await counter.later(timedelta(minutes=11))
    event = await counter.judge(await counter.draft(await counter.turn("yes", pending=pending), yes(pending)))
    assert not isinstance(event, OperationApproved)
    assert await counter.count("ledger.entries") == 0


async def test_a_yes_to_something_else_asks_again(counter: Counter) -> None:
    text = "return loan ML-1001, no, ML-1002"
    reply = await counter.reply(await counter.turn(text), wants("return_book", text, loan="ML-1001"))
    assert reply.pending is not None
    other = wants("return_book", text, loan="ML-1002").model_copy(
        update={"confirmation": yes(reply.pending).confirmation}
    )
    asked = await counter.reply(await counter.turn(text, pending=reply.pending), other)
    assert asked.outcome is Outcome.CONFIRM
    assert "Rivers of Chalk" in asked.text


async def test_a_plain_no_is_never_a_yes(counter: Counter) -> None:
    reply = await counter.reply(await counter.turn(RETURN), wants("return_book", RETURN, loan="ML-1001"))
    assert reply.pending is not None
    turn = await counter.turn("No.", pending=reply.pending)
    rejected = await counter.judge(await counter.draft(turn, yes(reply.pending)))
    assert isinstance(rejected, TurnRejected)
    assert "said no" in rejected.attempts[-1].reason


async def test_rounds_are_bounded_then_a_human(counter: Counter) -> None:
    drafted = await an_extension(counter)
    bad = drafted.draft.model_copy(update={"text": "Done!"})
    for number in range(counter.pack.rounds):
        rejected = await counter.judge(drafted, bad)
        assert isinstance(rejected, TurnRejected)
        assert [attempt.round for attempt in rejected.attempts] == list(range(number + 1))
        drafted = drafted.model_copy(update={"ref": rejected.ref, "attempts": rejected.attempts})
    event = await counter.judge(drafted, bad)
    assert isinstance(event, TurnVerified)
    assert (event.reply.outcome, event.reply.text) == (Outcome.HANDOVER, "A colleague will take over.")


async def test_a_draft_delivered_again_after_the_commit_tells_what_was_done(counter: Counter) -> None:
    turn, said_yes = await counter.confirmed(RETURN, wants("return_book", RETURN, loan="ML-1001"))
    drafted = await counter.draft(turn, said_yes)
    reply = await counter.reply(turn, said_yes)
    again = await counter.judge(drafted)
    afresh = await counter.judge(await counter.draft(turn, said_yes))
    for event in (again, afresh):
        assert isinstance(event, TurnVerified)
        assert event.reply == reply


@pytest.mark.parametrize("status", ["committed", "refused"])
async def test_a_settlement_without_a_ledger_entry_is_a_lie(counter: Counter, status: str) -> None:
    drafted = await an_extension(counter)
    approved = await counter.judge(drafted)
    assert isinstance(approved, OperationApproved)
    settled = (await counter.settle(approved)).model_copy(update={"status": status})
    other = await counter.judge(await an_extension(counter))
    assert isinstance(other, OperationApproved)
    for lie in (
        settled.model_copy(update={"turn": other.turn, "ref": other.ref, "approval": other.approval}),
        settled.model_copy(update={"approval": a_signer().seal_approval(settled.approval)}),
        settled.model_copy(update={"turn": a_signer().seal_turn(settled.turn)}),
    ):
        with pytest.raises(PermanentError):
            await counter.concluding(lie, NO_CONTEXT)


async def test_words_of_a_settlement_come_from_the_ledger(counter: Counter) -> None:
    approved = await counter.judge(await an_extension(counter))
    assert isinstance(approved, OperationApproved)
    settled = (await counter.settle(approved)).model_copy(update={"text": "You won!", "case": "C-999999"})
    reply = await counter.conclude(settled)
    assert reply.text == "Loan ML-1001 is extended by 7 days."
    assert reply.case is None


async def test_nobody_is_told_of_what_is_void(counter: Counter) -> None:
    approved = await counter.judge(await an_extension(counter))
    assert isinstance(approved, OperationApproved)
    await counter.turn("something else")
    assert await counter.concluding(await counter.settle(approved), NO_CONTEXT) == Done()
