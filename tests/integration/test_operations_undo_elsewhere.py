"""What was done in another system is taken back there: shown, confirmed, approved, once, or plainly not undoable."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.fixtures.operations import Counter, wants, yes
from tests.fixtures.parcels import Others, desk, others, parcel_database, servers
from tests.integration.test_operations_http import SAID, redirect

from careline.contracts.draft import ProposalDraft
from careline.contracts.events import OperationApproved, TurnRejected
from careline.contracts.reply import Reply
from careline.contracts.seals import diff_hash
from careline_executor.adapters.tenants import PostgresTenants
from careline_executor.sweeping import Sweeping

pytestmark = pytest.mark.integration
__all__ = ["desk", "others", "parcel_database", "servers"]

UNDO = "undo that"


async def redirected(desk: Counter, conversation: str = "c-1") -> str:
    reply = await desk.reply(await desk.turn(SAID, conversation=conversation), redirect())
    assert reply.ledger_entry is not None, reply
    return reply.ledger_entry


async def asked(desk: Counter, conversation: str = "c-1") -> Reply:
    return await desk.reply(await desk.turn(UNDO, conversation=conversation), wants("undo", UNDO))


async def undone(desk: Counter, conversation: str = "c-1") -> OperationApproved:
    """The approval of the undo that the customer has said yes to."""
    reply = await asked(desk, conversation)
    assert reply.pending is not None, reply
    turn = await desk.turn("yes", pending=reply.pending, conversation=conversation)
    return await desk.approved(turn, yes(reply.pending))


async def undoes(desk: Counter) -> list[str]:
    query = "SELECT undoes FROM ledger.entries WHERE tenant = $1 AND undoes IS NOT NULL"
    return [str(row["undoes"]) for row in await desk.owner.fetch(query, desk.tenant)]


async def test_it_is_shown_confirmed_and_taken_back_by_a_call(desk: Counter, others: Others) -> None:
    entry = await redirected(desk)
    reply = await asked(desk)
    assert reply.outcome == "confirm"
    assert "Quay 7 -> Quay 1" in reply.text
    assert len(others.courier.changes()) == 1
    event = await undone(desk)
    settled = await desk.settle(event)
    assert settled.status == "committed"
    told = await desk.conclude(settled)
    assert (told.outcome, told.text) == ("success", "That is undone; everything is as it was before.")
    assert others.courier.parcels["PX-100"]["address"] == {"street": "Quay 1"}
    assert [key for _, key in others.courier.done] == [entry, event.approval.idempotency_key]
    assert await undoes(desk) == [entry]
    # Told again it is not done again, and a second undo finds it undone.
    assert (await desk.settle(event)).text == told.text
    again = await asked(desk)
    assert (again.outcome, again.reason) == ("refused", "undone_already")
    assert len(others.courier.changes()) == 2


async def test_what_names_no_undo_is_plainly_not_undoable(desk: Counter, others: Others) -> None:
    text = "2 pieces of PX-100 are broken"
    turn, said_yes = await desk.confirmed(text, wants("report_damage", text, parcel="PX-100", pieces=(2, "2")))
    assert (await desk.reply(turn, said_yes)).outcome == "success"
    reply = await asked(desk)
    assert (reply.outcome, reply.reason) == ("refused", "not_undoable")
    assert "I can't undo that myself" in reply.text
    assert len(others.courier.changes()) == 1


async def test_the_other_systems_no_is_the_answer(desk: Counter, others: Others) -> None:
    await redirected(desk)
    event = await undone(desk)
    others.courier.parcels["PX-100"]["delivered"] = True
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("refused", "already_delivered")
    assert (await desk.conclude(settled)).text == "Parcel PX-100 has been delivered already."
    assert await undoes(desk) == []


async def test_what_was_changed_there_since_is_shown_again(desk: Counter, others: Others) -> None:
    await redirected(desk)
    event = await undone(desk)
    others.courier.parcels["PX-100"]["address"] = {"street": "Quay 3"}
    settled = await desk.settle(event)
    assert settled.status == "stale"
    reply = await desk.conclude(settled)
    assert (reply.outcome, "Quay 3 -> Quay 1" in reply.text) == ("confirm", True)
    assert len(others.courier.changes()) == 1


async def test_a_draft_with_another_difference_is_rejected(desk: Counter, others: Others) -> None:
    await redirected(desk)
    drafted = await desk.draft(await desk.turn(UNDO), wants("undo", UNDO))
    assert isinstance(drafted.draft, ProposalDraft)
    change = drafted.draft.diff[0].model_copy(update={"new": {"street": "Quay 9"}})
    forged = drafted.draft.model_copy(update={"diff": (change,), "diff_hash": diff_hash((change,))})
    assert isinstance(await desk.judge(drafted, forged), TurnRejected)


async def test_a_fault_on_the_way_is_found_out_about(desk: Counter, others: Others) -> None:
    entry = await redirected(desk)
    event = await undone(desk)
    others.courier.faults = ["drop_after"]
    assert (await desk.settle(event)).status == "committed"
    assert await undoes(desk) == [entry]
    assert len(others.courier.done) == 2


async def test_an_unknown_end_goes_to_a_person_and_is_learnt_later(desk: Counter, others: Others) -> None:
    entry = await redirected(desk)
    event = await undone(desk)
    others.courier.faults, others.courier.query_faults = ["error_after"], ["error_after"] * 20
    settled = await desk.settle(event)
    assert (settled.status, settled.reason) == ("unsettled", "outcome_unknown")
    assert (await desk.conclude(settled)).outcome == "handover"
    others.courier.query_faults = []
    assert await Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0).sweep() == 1
    assert await undoes(desk) == [entry]
    assert len(others.courier.done) == 2


async def test_two_who_undo_the_same_at_once_send_one_call(desk: Counter, others: Others) -> None:
    entry = await redirected(desk)
    events = []
    for name in ("c-8", "c-9"):
        words = f"undo {entry}"
        named = wants("undo", words, entry=entry)
        reply = await desk.reply(await desk.turn(words, conversation=name), named)
        assert reply.pending is not None, reply
        turn = await desk.turn("yes", pending=reply.pending, conversation=name)
        events.append(await desk.approved(turn, yes(reply.pending)))
    settled = await asyncio.gather(*(desk.settle(event) for event in events))
    assert sorted(each.status for each in settled)[0] == "committed"
    assert [each.status for each in settled].count("committed") == 1
    assert len(others.courier.changes()) == 2
    assert await undoes(desk) == [entry]


async def test_too_late_and_not_theirs(desk: Counter, others: Others) -> None:
    await redirected(desk)
    other = await desk.reply(await desk.turn(UNDO, customer="M-2"), wants("undo", UNDO))
    assert (other.outcome, other.reason) == ("refused", "nothing_to_undo")
    await desk.later(timedelta(minutes=31))
    late = await asked(desk)
    assert (late.outcome, late.reason) == ("refused", "too_late")
    assert len(others.courier.changes()) == 1
