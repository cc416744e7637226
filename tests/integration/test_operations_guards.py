"""Too soon and too often, on a real Postgres: told at the dry run, decided at the commit, read by the verifier."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.fixtures.operations import Counter, counter, wants

from careline.contracts.draft import RefusalDraft
from careline.contracts.events import OperationApproved, TurnRejected
from careline.contracts.reply import Outcome, Reply

pytestmark = pytest.mark.integration
__all__ = ["counter"]

DEFER = "defer ML-1001"


async def defer(counter: Counter, customer: str = "M-1", loan: str = "ML-1001") -> Reply:
    text = f"defer {loan}"
    return await counter.reply(await counter.turn(text, customer), wants("defer_loan", text, loan=loan))


async def renew(counter: Counter, customer: str = "M-1") -> Reply:
    return await counter.reply(await counter.turn("renew my card", customer), wants("renew_card", "renew my card"))


async def card(counter: Counter, text: str, **arguments: str) -> Reply:
    return await counter.reply(await counter.turn(text), wants("ask_for_card", text, **arguments))


async def test_the_same_row_cools_off_whoever_asks(counter: Counter) -> None:
    assert (await defer(counter)).outcome is Outcome.SUCCESS
    again = await defer(counter)
    assert (again.outcome, again.reason) == (Outcome.REFUSED, "too_soon")
    assert again.text == "Deferred on 2026-11-01; again from 2026-11-08."
    assert (await defer(counter, "M-2")).reason == "too_soon"
    assert (await defer(counter, "M-2", "ML-1004")).outcome is Outcome.SUCCESS
    await counter.later(timedelta(days=7))
    assert (await defer(counter)).outcome is Outcome.SUCCESS
    assert await counter.count("ledger.entries") == 3


async def test_it_is_told_at_the_dry_run_already(counter: Counter) -> None:
    await defer(counter)
    drafted = await counter.draft(await counter.turn(DEFER), wants("defer_loan", DEFER, loan="ML-1001"))
    assert isinstance(drafted.draft, RefusalDraft)
    assert drafted.draft.reason == "too_soon"


async def test_the_same_values_cool_off_and_others_do_not(counter: Counter) -> None:
    assert (await card(counter, "a green card", kind="green")).outcome is Outcome.SUCCESS
    assert (await card(counter, "a green card", kind="green")).reason == "asked_already"
    assert (await card(counter, "a blue card", kind="blue")).outcome is Outcome.SUCCESS
    text = "a green card for work"
    assert (await card(counter, text, kind="green", why="work")).outcome is Outcome.SUCCESS
    assert (await card(counter, text, kind="green", why="work")).reason == "asked_already"
    other = await counter.turn("a green card", "M-2")
    assert (await counter.reply(other, wants("ask_for_card", "a green card", kind="green"))).outcome is Outcome.SUCCESS


async def test_a_limit_is_each_customers_own(counter: Counter) -> None:
    assert [(await renew(counter)).outcome for _ in range(2)] == [Outcome.SUCCESS] * 2
    third = await renew(counter)
    assert (third.reason, third.text) == ("too_often", "Twice a day; again from 13:00.")
    assert (await renew(counter, "M-2")).outcome is Outcome.SUCCESS
    await counter.later(timedelta(hours=24))
    assert (await renew(counter)).outcome is Outcome.SUCCESS


async def test_requests_at_the_same_time_cannot_slip_through(counter: Counter) -> None:
    approvals = [await approved_renewal(counter, f"c-{number}") for number in range(8)]
    settled = await asyncio.gather(*(counter.settle(approval) for approval in approvals))
    assert sorted(event.status for event in settled if event.status == "committed") == ["committed"]
    assert {event.status for event in settled} == {"committed", "stale"}  # the first changed what the others were shown
    after = [await approved_renewal(counter, f"d-{number}") for number in range(6)]
    settled = await asyncio.gather(*(counter.settle(approval) for approval in after))
    assert [event.status for event in settled].count("committed") == 1
    assert {event.reason for event in settled if event.status == "refused"} <= {"too_often"}
    assert (await renew(counter)).reason == "too_often"
    assert await counter.count("ledger.entries") == 2


async def test_notes_at_the_same_time_are_limited_by_the_ledger_alone(counter: Counter) -> None:
    """Nothing else of these commits is in each other's way: inserts of rows of their own."""
    approvals = []
    for number in range(8):
        turn = await counter.turn("a green card", conversation=f"c-{number}")
        approvals.append(await counter.approved(turn, wants("ask_for_card", "a green card", kind="green")))
    settled = await asyncio.gather(*(counter.settle(approval) for approval in approvals))
    assert sorted(event.status for event in settled) == ["committed"] + ["refused"] * 7
    assert {event.reason for event in settled if event.status == "refused"} == {"asked_already"}
    assert await counter.owner.fetchval("SELECT count(*) FROM biz_mini.notes") == 1
    refused = next(event for event in settled if event.status == "refused")
    reply = await counter.conclude(refused)
    assert (reply.outcome, reply.text) == (Outcome.REFUSED, "You asked already.")


async def test_a_redelivered_approval_is_no_second_time(counter: Counter) -> None:
    turn = await counter.turn("a green card")
    approved = await counter.approved(turn, wants("ask_for_card", "a green card", kind="green"))
    first = await counter.settle(approved)
    assert (first.status, await counter.settle(approved)) == ("committed", first)


async def test_the_verifier_reads_the_ledger_itself(counter: Counter) -> None:
    """A draft that says nothing stands against it is turned down, and so is a refusal for a reason that is not so."""
    turn = await counter.turn(DEFER)
    understood = wants("defer_loan", DEFER, loan="ML-1001")
    honest = await counter.draft(turn, understood)
    await defer(counter)
    late = await counter.turn(DEFER)
    hostile = (await counter.draft(late, understood)).model_copy(update={"draft": honest.draft})
    rejected = await counter.judge(hostile)
    assert isinstance(rejected, TurnRejected)
    assert rejected.attempts[-1].reason == "policy: too_soon"
    await counter.later(timedelta(days=7))
    free = await counter.turn(DEFER)
    lie = RefusalDraft(text="No.", operation="defer_loan", arguments=understood.arguments, reason="too_soon")
    assert isinstance(await counter.judge(await counter.draft(free, understood), lie), TurnRejected)


async def approved_renewal(counter: Counter, conversation: str) -> OperationApproved:
    turn = await counter.turn("renew my card", conversation=conversation)
    return await counter.approved(turn, wants("renew_card", "renew my card"))
