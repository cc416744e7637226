"""Taking back what was done, on a real Postgres: old values come back, once, where nobody touched them since."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.fixtures.operations import Counter, counter, wants, yes

from careline.contracts.draft import ProposalDraft
from careline.contracts.events import OperationApproved, TurnRejected
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import AGENT, Identity, Turn

pytestmark = pytest.mark.integration
__all__ = ["counter"]

RETURN = "return loan ML-1001 please"


async def done(counter: Counter, text: str, operation: str, customer: str = "M-1", /, **arguments: Any) -> Reply:
    """An operation carried out, confirmed where that is wanted."""
    reply = await counter.reply(await counter.turn(text, customer), wants(operation, text, **arguments))
    if reply.pending is not None:
        reply = await counter.reply(await counter.turn("yes", customer, reply.pending), yes(reply.pending))
    assert reply.outcome is Outcome.SUCCESS, reply
    assert reply.ledger_entry is not None
    return reply


async def undo(counter: Counter, customer: str = "M-1", conversation: str = "c-1") -> Reply:
    """The customer says "undo that", and yes if asked."""
    turn = await counter.turn("undo that", customer, conversation=conversation)
    reply = await counter.reply(turn, wants("undo", "undo that"))
    if reply.pending is None:
        return reply
    turn = await counter.turn("yes", customer, reply.pending, conversation=conversation)
    return await counter.reply(turn, yes(reply.pending))


async def by_person(counter: Counter, entry: str, answer: bool = True) -> Reply:
    """A colleague names the entry, in a conversation of their own."""
    text = f"undo {entry}"
    reply = await counter.reply(await agents_turn(counter, text), wants("undo", text, entry=entry))
    if reply.pending is None or not answer:
        return reply
    turn = await agents_turn(counter, "yes")
    turn = counter.gateway_key.seal_turn(turn.model_copy(update={"pending": reply.pending}))
    return await counter.reply(turn, yes(reply.pending))


async def agents_turn(counter: Counter, text: str, customer: str = "M-1") -> Turn:
    turn = await counter.turn(text, customer, conversation="desk")
    identity = Identity(visitor=f"{AGENT}anna", customer=customer, assurance="signed")
    return counter.gateway_key.seal_turn(turn.model_copy(update={"identity": identity, "seal": ""}))


async def loan(counter: Counter, number: str = "ML-1001") -> tuple[Any, ...]:
    return tuple(await counter.row(f"SELECT * FROM biz_mini.loans WHERE tenant = 'mini' AND number = '{number}'"))


async def points(counter: Counter) -> int:
    return int((await counter.row("SELECT points FROM biz_mini.members WHERE tenant = 'mini' AND id = 'M-1'"))[0])


async def test_old_values_come_back_after_the_customer_saw_them(counter: Counter) -> None:
    before = await loan(counter), await points(counter)
    first = await done(counter, RETURN, "return_book", loan="ML-1001")
    assert (await loan(counter), await points(counter)) != before
    asked = await counter.reply(await counter.turn("undo that"), wants("undo", "undo that"))
    assert asked.outcome is Outcome.CONFIRM
    assert "status returned -> open" in asked.text
    assert "points 45 -> 40" in asked.text
    assert asked.pending is not None
    reply = await counter.reply(await counter.turn("yes", pending=asked.pending), yes(asked.pending))
    assert (reply.outcome, reply.text) == (Outcome.SUCCESS, "That is undone; everything is as it was before.")
    assert (await loan(counter), await points(counter)) == before
    entry = await counter.row("SELECT operation, undoes, id FROM ledger.entries WHERE undoes IS NOT NULL")
    assert (entry["operation"], str(entry["undoes"])) == ("undo", first.ledger_entry)


async def test_a_dry_run_of_an_undo_leaves_no_trace(counter: Counter) -> None:
    await done(counter, RETURN, "return_book", loan="ML-1001")
    before = await loan(counter), await points(counter)
    drafted = await counter.draft(await counter.turn("undo that"), wants("undo", "undo that"))
    assert isinstance(drafted.draft, ProposalDraft)
    assert (await loan(counter), await points(counter)) == before
    assert await counter.count("ledger.entries") == 1


async def test_an_insert_is_taken_away_and_a_deleted_row_comes_back(counter: Counter) -> None:
    await done(counter, "note hello", "leave_note", text="hello")
    assert await counter.count("biz_mini.notes") == 1
    assert (await undo(counter)).outcome is Outcome.SUCCESS
    assert await counter.count("biz_mini.notes") == 0

    before = await loan(counter, "ML-1004")
    await done(counter, "forget my old loans", "forget_loans", "M-2")
    assert await counter.row("SELECT 1 FROM biz_mini.loans WHERE tenant = 'mini' AND number = 'ML-1004'") is None
    assert (await undo(counter, "M-2")).outcome is Outcome.SUCCESS
    assert await loan(counter, "ML-1004") == before


async def test_another_operation_undoes_with_arguments_from_the_ledger(counter: Counter) -> None:
    before = await loan(counter)
    text = "extend ML-1001 by 7 days"
    first = await done(counter, text, "extend_loan", loan="ML-1001", days=(7, "7"))
    assert (await undo(counter)).outcome is Outcome.SUCCESS
    assert await loan(counter) == before
    assert (
        str((await counter.row("SELECT undoes FROM ledger.entries WHERE operation = 'undo'"))[0]) == first.ledger_entry
    )


async def test_the_undoing_operations_own_rules_hold(counter: Counter) -> None:
    text = "extend ML-1001 by 7 days"
    await done(counter, text, "extend_loan", loan="ML-1001", days=(7, "7"))
    await counter.owner.execute(
        "UPDATE biz_mini.loans SET status = 'lost' WHERE tenant = 'mini' AND number = 'ML-1001'"
    )
    reply = await undo(counter)
    assert (reply.outcome, reply.reason, reply.text) == (Outcome.REFUSED, "not_open", "It is not open any more.")


@pytest.mark.parametrize(
    "change", ["UPDATE biz_mini.members SET points = 46 WHERE id = 'M-1'", "DELETE FROM biz_mini.loans"]
)
async def test_rows_that_were_changed_since_are_left_alone(counter: Counter, change: str) -> None:
    await done(counter, RETURN, "return_book", loan="ML-1001")
    await counter.owner.execute(change)
    reply = await undo(counter)
    assert (reply.outcome, reply.reason) == (Outcome.REFUSED, "changed_since")
    assert await counter.count("ledger.entries") == 1


async def test_a_change_between_question_and_answer_is_noticed(counter: Counter) -> None:
    await done(counter, RETURN, "return_book", loan="ML-1001")
    asked = await counter.reply(await counter.turn("undo that"), wants("undo", "undo that"))
    assert asked.pending is not None
    turn = await counter.turn("yes", pending=asked.pending)
    approved = await counter.approved(turn, yes(asked.pending))
    await counter.owner.execute("UPDATE biz_mini.members SET points = 46 WHERE tenant = 'mini' AND id = 'M-1'")
    settled = await counter.settle(approved)
    assert (settled.status, settled.reason) == ("refused", "changed_since")
    assert (await points(counter), (await counter.conclude(settled)).outcome) == (46, Outcome.REFUSED)


async def test_nothing_is_undone_twice(counter: Counter) -> None:
    await done(counter, RETURN, "return_book", loan="ML-1001")
    assert (await undo(counter)).outcome is Outcome.SUCCESS
    again = await undo(counter)
    assert (again.outcome, again.reason) == (Outcome.REFUSED, "undone_already")


async def test_nothing_is_undone_twice_at_the_same_time(counter: Counter) -> None:
    first = await done(counter, "note hello", "leave_note", text="hello")
    assert first.ledger_entry is not None
    approvals: list[OperationApproved] = []
    for number in range(6):
        text = f"undo {first.ledger_entry}"
        turn = await counter.turn(text, conversation=f"u-{number}")
        asked = await counter.reply(turn, wants("undo", text, entry=first.ledger_entry))
        assert asked.pending is not None
        turn = await counter.turn("yes", pending=asked.pending, conversation=f"u-{number}")
        approvals.append(await counter.approved(turn, yes(asked.pending)))
    settled = await asyncio.gather(*(counter.settle(approval) for approval in approvals))
    assert sorted(event.status for event in settled) == ["committed"] + ["refused"] * 5
    assert {event.reason for event in settled if event.status == "refused"} == {"undone_already"}
    assert await counter.owner.fetchval("SELECT count(*) FROM ledger.entries WHERE undoes IS NOT NULL") == 1


async def test_too_late_is_for_customers_not_for_people(counter: Counter) -> None:
    first = await done(counter, RETURN, "return_book", loan="ML-1001")
    await counter.later(timedelta(minutes=30))
    late = await undo(counter)
    assert (late.reason, late.text) == ("too_late", "It is too late to undo that.")
    assert first.ledger_entry is not None
    assert (await by_person(counter, first.ledger_entry)).outcome is Outcome.SUCCESS
    assert (await loan(counter))[4] == "open"


async def test_what_only_people_may_undo(counter: Counter) -> None:
    text = "my e-mail is new@example.org"
    first = await done(counter, text, "set_email", email="new@example.org")
    assert (await undo(counter)).reason == "not_undoable"
    assert first.ledger_entry is not None
    shown = await by_person(counter, first.ledger_entry, answer=False)
    assert shown.outcome is Outcome.CONFIRM
    assert "email new@example.org -> " in shown.text
    assert (await by_person(counter, first.ledger_entry)).outcome is Outcome.SUCCESS
    identity = await counter.row("SELECT approval FROM ledger.entries WHERE undoes IS NOT NULL")
    assert '"agent:anna"' in identity["approval"]


async def test_another_customers_entry_is_nobody_elses_to_undo(counter: Counter) -> None:
    first = await done(counter, "note hello", "leave_note", text="hello")
    assert first.ledger_entry is not None
    text = f"undo {first.ledger_entry}"
    turn = await counter.turn(text, "M-2")
    reply = await counter.reply(turn, wants("undo", text, entry=first.ledger_entry))
    assert (reply.outcome, reply.reason) == (Outcome.REFUSED, "nothing_to_undo")
    elsewhere = await counter.turn(text, "M-1", tenant="mini~copy")
    reply = await counter.reply(elsewhere, wants("undo", text, entry=first.ledger_entry))
    assert reply.reason == "nothing_to_undo"


@pytest.mark.parametrize("operation", ["renew_card", None])
async def test_what_cannot_be_undone_is_said(counter: Counter, operation: str | None) -> None:
    if operation:
        await done(counter, "renew my card", operation)
    reply = await undo(counter)
    assert reply.reason == ("not_undoable" if operation else "nothing_to_undo")


async def test_the_verifier_derives_the_undo_itself(counter: Counter) -> None:
    await done(counter, RETURN, "return_book", loan="ML-1001")
    turn = await counter.turn("undo that")
    drafted = await counter.draft(turn, wants("undo", "undo that"))
    assert isinstance(drafted.draft, ProposalDraft)
    more = drafted.draft.diff[0].model_copy(update={"new": {"points": 9000}})
    hostile = drafted.draft.model_copy(update={"diff": (more, *drafted.draft.diff[1:])})
    rejected = await counter.judge(drafted, hostile)
    assert isinstance(rejected, TurnRejected)
    assert rejected.attempts[-1].reason == "diff"


async def test_what_was_undone_does_not_cool_off(counter: Counter) -> None:
    await done(counter, "a green card", "ask_for_card", kind="green")
    assert (await undo(counter)).outcome is Outcome.SUCCESS
    await done(counter, "a green card", "ask_for_card", kind="green")
