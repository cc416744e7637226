"""Commits on a real Postgres: once, only what was approved, only while it is the customer's turn, and kept for good."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.fixtures.operations import NO_CONTEXT, Counter, about, counter, wants, yes

from careline.contracts.draft import ProposalDraft
from careline.contracts.events import OperationApproved, OperationSettled
from careline.contracts.reply import Approval
from careline.contracts.understanding import Route
from careline.operations.orders import operation_key
from careline.storage import Connection, fence_key
from careline_executor.adapters import records
from careline_executor.ports import Settlement

pytestmark = pytest.mark.integration
__all__ = ["counter"]

EXTEND = "extend ML-1001 by 7 days"
_DAYS = "SELECT tenant, at FROM biz_mini.notes WHERE text = 'EV-1001'"
_MOVE = "UPDATE biz_mini.loans SET due = due + $1::int * interval '1 day' WHERE tenant = 'mini' AND number = 'ML-1001'"
DUE = "SELECT due FROM biz_mini.loans WHERE tenant = 'mini' AND number = 'ML-1001'"


async def an_extension(counter: Counter, conversation: str = "c-1") -> OperationApproved:
    turn = await counter.turn(EXTEND, conversation=conversation)
    return await counter.approved(turn, wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")))


async def test_a_dry_run_leaves_no_trace(counter: Counter) -> None:
    before = await snapshot(counter)
    for text, operation, arguments in (
        (EXTEND, "extend_loan", {"loan": "ML-1001", "days": (7, "7")}),
        ("note hello", "leave_note", {"text": "hello"}),
        ("return ML-1001", "return_book", {"loan": "ML-1001"}),
    ):
        drafted = await counter.draft(await counter.turn(text), wants(operation, text, **arguments))
        assert drafted.draft.kind == "proposal"
    assert await snapshot(counter) == before


async def test_a_redelivered_approval_says_the_same_and_writes_nothing(counter: Counter) -> None:
    approved = await an_extension(counter)
    first = await counter.settle(approved)
    due = await counter.owner.fetchval(DUE)
    again = await counter.settle(approved)
    assert first.status == "committed"
    assert again == first
    assert again.event_id == first.event_id
    assert await counter.owner.fetchval(DUE) == due
    assert await counter.count("ledger.entries") == 1


async def test_the_same_approval_many_times_at_once_commits_once(counter: Counter) -> None:
    approved = await an_extension(counter)
    before = await counter.owner.fetchval(DUE)
    settled = await asyncio.gather(*(counter.settle(approved) for _ in range(10)))
    assert {event.status for event in settled} == {"committed"}
    assert len({event.to_bytes() for event in settled}) == 1
    assert await counter.owner.fetchval(DUE) == before + timedelta(days=7)
    assert await counter.count("ledger.entries") == 1


async def test_two_conversations_about_one_row_lose_no_update(counter: Counter) -> None:
    one, other = await an_extension(counter, "c-1"), await an_extension(counter, "c-2")
    before = await counter.owner.fetchval(DUE)
    settled = await asyncio.gather(counter.settle(one), counter.settle(other))
    assert sorted(event.status for event in settled) == ["committed", "stale"]
    assert await counter.owner.fetchval(DUE) == before + timedelta(days=7)
    stale = next(event for event in settled if event.status == "stale")
    reply = await counter.conclude(stale)
    assert reply.outcome == "confirm"
    assert reply.pending is not None
    assert reply.pending.diff[0].old["due"] == (before + timedelta(days=7)).isoformat()


async def test_many_at_one_row_are_done_one_after_the_other_and_each_is_asked_anew(counter: Counter) -> None:
    before = await counter.owner.fetchval(DUE)
    waiting = [await an_extension(counter, f"c-{number}") for number in range(4)]
    for done in range(4):
        settled = await asyncio.gather(*(counter.settle(approved) for approved in waiting))
        assert sorted(event.status for event in settled) == ["committed"] + ["stale"] * (len(waiting) - 1)
        assert await counter.owner.fetchval(DUE) == before + timedelta(days=7 * (done + 1))
        waiting = [await again(counter, event) for event in settled if event.status == "stale"]
    assert await counter.count("ledger.entries") == 4


async def again(counter: Counter, stale: OperationSettled) -> OperationApproved:
    """The customer says yes to the question that followed, with the row as it is now."""
    reply = await counter.conclude(stale)
    assert reply.pending is not None
    turn = await counter.turn("yes", pending=reply.pending, conversation=stale.ref.conversation)
    return await counter.approved(turn, yes(reply.pending))


async def test_the_same_row_of_two_tenants_at_once(counter: Counter) -> None:
    """Rows with the same keys: neither is in the other's way."""
    grasp, approved = wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")), []
    for tenant in ("mini", "mini~copy"):
        approved.append(await counter.approved(await counter.turn(EXTEND, tenant=tenant), grasp))
    settled = await asyncio.gather(*(counter.settle(event) for event in approved))
    assert [event.status for event in settled] == ["committed", "committed"]
    rows = await counter.owner.fetch("SELECT tenant, due FROM biz_mini.loans WHERE number = 'ML-1001' ORDER BY tenant")
    assert rows[0]["due"] == rows[1]["due"]
    assert await counter.count("ledger.entries") == 2


async def test_two_customers_of_two_tenants_at_one_row_at_once(counter: Counter) -> None:
    """Each tenant's row is changed by one after the other; who comes second is shown the row as the first left it."""
    words, approved = "postpone EV-1001", []
    for tenant in ("mini", "mini~copy"):
        await counter.owner.execute(
            "INSERT INTO biz_mini.notes VALUES ($1, 1, 'all', 'EV-1001', $2)", tenant, counter.now
        )
    before = dict(await counter.owner.fetch(_DAYS))
    for tenant in ("mini", "mini~copy"):
        for customer in ("M-1", "M-2"):
            turn = await counter.turn(words, customer, tenant=tenant, conversation=f"{tenant} {customer}")
            approved.append(await counter.approved(turn, wants("postpone_event", words, event="EV-1001")))
    settled = await asyncio.gather(*(counter.settle(event) for event in approved))
    for tenant in ("mini", "mini~copy"):
        ends = sorted(event.status for event in settled if event.ref.tenant == tenant)
        assert ends == ["committed", "stale"], (tenant, ends)
    second = []
    for event in (each for each in settled if each.status == "stale"):
        reply, tenant, who = await counter.conclude(event), event.ref.tenant, event.turn.identity.customer
        assert reply.pending is not None
        (change,) = reply.pending.diff
        was = before[tenant] + timedelta(days=1)
        assert (change.old["at"], change.new["at"]) == (was.isoformat(), (was + timedelta(days=1)).isoformat())
        turn = await counter.turn("yes", who, reply.pending, tenant=tenant, conversation=event.ref.conversation)
        second.append(await counter.approved(turn, yes(reply.pending)))
    ended = await asyncio.gather(*(counter.settle(event) for event in second))
    assert [event.status for event in ended] == ["committed", "committed"]
    assert dict(await counter.owner.fetch(_DAYS)) == {tenant: day + timedelta(days=2) for tenant, day in before.items()}
    who = await counter.owner.fetch("SELECT tenant, customer FROM ledger.entries ORDER BY 1, 2")
    assert [tuple(row.values()) for row in who] == [
        (tenant, customer) for tenant in ("mini", "mini~copy") for customer in ("M-1", "M-2")
    ]


async def test_a_pack_that_forgets_whose_rows_they_are_changes_nobody_elses(counter: Counter) -> None:
    """`defer_loan` names the loan and not the customer: row-level security shows the row, and writes her own alone."""
    before = await snapshot(counter)
    words = "defer ML-1001"
    reply = await counter.reply(await counter.turn(words, "M-2"), wants("defer_loan", words, loan="ML-1001"))
    assert (reply.outcome, reply.reason) == ("handover", "update loans: no row is named")
    assert await snapshot(counter) == before
    assert (
        await counter.reply(await counter.turn(words), wants("defer_loan", words, loan="ML-1001"))
    ).text == "Deferred."


async def test_a_turn_changes_one_thing(counter: Counter) -> None:
    """Two approvals for the same turn, both signed: the second is void."""
    approved = await an_extension(counter)
    noted = await counter.draft(approved.turn, wants("return_book", EXTEND, loan="ML-1001"))
    assert isinstance(noted.draft, ProposalDraft)
    update = {
        "operation": "return_book",
        "arguments": noted.draft.arguments,
        "diff_hash": noted.draft.diff_hash,
        "idempotency_key": operation_key(approved.ref, "return_book"),
    }
    other = counter.verifier_key.seal_approval(approved.approval.model_copy(update=update))
    assert (await counter.settle(approved)).status == "committed"
    assert (await counter.settle(approved.model_copy(update={"approval": other}))).status == "void"
    assert await counter.count("ledger.entries") == 1


async def test_numbers_are_given_once_to_many_at_once(counter: Counter) -> None:
    approvals = []
    for number in range(8):
        turn = await counter.turn("note hello", conversation=f"c-{number}")
        approvals.append(await counter.approved(turn, wants("leave_note", "note hello", text="hello")))
    cases = []
    for number in range(8):
        turn = await counter.turn("terrible", conversation=f"k-{number}")
        cases.append(await counter.approved(turn, about(Route.COMPLAINT)))
    settled = await asyncio.gather(*(counter.settle(approval) for approval in (*approvals, *cases)))
    assert {event.status for event in settled} == {"committed"}
    assert {event.result["notes.id"] for event in settled if not event.case} == set(range(1, 9))
    assert sorted(event.case for event in settled if event.case) == [f"C-00000{number}" for number in range(1, 9)]


async def test_a_takeover_makes_what_was_in_flight_void(counter: Counter) -> None:
    approved = await an_extension(counter)
    await counter.current(approved.ref.model_copy(update={"epoch": 1}))
    settled = await counter.settle(approved)
    assert settled.status == "void"
    assert await counter.count("ledger.entries") == 0
    assert (await counter.concluding(settled, NO_CONTEXT)).outputs == ()  # type: ignore[union-attr]


async def test_a_superseded_turn_is_void(counter: Counter) -> None:
    approved = await an_extension(counter)
    await counter.turn("extend it by 8 days, I mean")
    assert (await counter.settle(approved)).status == "void"
    assert await counter.count("ledger.entries") == 0


async def test_a_commit_waits_for_a_takeover_under_way_and_sees_it(counter: Counter) -> None:
    approved = await an_extension(counter)
    ref = approved.ref
    async with counter.owner.transaction():
        await counter.owner.execute("SELECT pg_advisory_xact_lock($1)", fence_key(ref.tenant, ref.conversation))
        commit = asyncio.create_task(counter.settle(approved))
        await until_waiting(counter)
        await counter.current(ref.model_copy(update={"epoch": 1}))
    assert (await commit).status == "void"


async def test_a_commit_given_up_half_way_keeps_no_lock(counter: Counter) -> None:
    approved = await an_extension(counter)
    key = fence_key(approved.ref.tenant, approved.ref.conversation)
    async with counter.owner.transaction():
        await counter.owner.execute("SELECT pg_advisory_xact_lock($1)", key)
        commit = asyncio.create_task(counter.settle(approved))
        await until_waiting(counter)
        commit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await commit
    assert (await counter.settle(approved)).status == "committed"
    # Nobody else holds it: a takeover gets in at once.
    assert await counter.owner.fetchval("SELECT pg_try_advisory_lock($1)", key)


async def test_a_rule_that_fails_now_refuses(counter: Counter) -> None:
    approved = await an_extension(counter)
    await counter.owner.execute("UPDATE biz_mini.members SET blocked = true WHERE id = 'M-1'")
    settled = await counter.settle(approved)
    assert (settled.status, settled.reason, settled.text) == ("refused", "blocked", "Your card is blocked.")
    reply = await counter.conclude(settled)
    assert (reply.outcome, reply.reason) == ("refused", "blocked")
    # Told once, it stays so: the approval is spent, whatever happens to the card.
    await counter.owner.execute("UPDATE biz_mini.members SET blocked = false WHERE id = 'M-1'")
    assert await counter.settle(approved) == settled
    assert await counter.count("ledger.entries") == 0


async def test_a_changed_row_makes_the_approval_stale_and_asks_again(counter: Counter) -> None:
    text = "return loan ML-1001"
    turn, said_yes = await counter.confirmed(text, wants("return_book", text, loan="ML-1001"))
    approved = await counter.approved(turn, said_yes)
    await counter.owner.execute("UPDATE biz_mini.members SET points = 100 WHERE id = 'M-1'")
    settled = await counter.settle(approved)
    assert settled.status == "stale"
    assert settled.diff[1].new == {"points": 105}
    reply = await counter.conclude(settled)
    assert reply.outcome == "confirm"
    assert reply.pending is not None
    assert reply.pending.diff[1].new == {"points": 105}
    assert (
        await counter.owner.fetchval("SELECT points FROM biz_mini.members WHERE id = 'M-1' AND tenant = 'mini'") == 100
    )


async def test_what_another_executor_commits_meanwhile_is_not_refused_on_top(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One finds the row changed and writes down that the approval is stale; the row is as it was again, and the other
    carries the approval out between the look and the refusal."""
    approved = await an_extension(counter)
    refuse, other = records.refuse, list[OperationSettled]()

    async def late(connection: Connection, approval: Approval, settled: Settlement) -> None:
        if not other:
            await counter.owner.execute(_MOVE, -1)
            other.append(await counter.settle(approved))
        await refuse(connection, approval, settled)

    monkeypatch.setattr(records, "refuse", late)
    await counter.owner.execute(_MOVE, 1)
    mine = await counter.settle(approved)
    assert [mine.status, *(event.status for event in other)] == ["committed", "committed"]
    assert (await counter.count("ledger.entries"), await counter.count("ledger.refusals")) == (1, 0)


async def snapshot(counter: Counter) -> list[str]:
    """Everything an operation could have touched."""
    tables = (
        "biz_mini.loans",
        "biz_mini.members",
        "biz_mini.notes",
        "ledger.entries",
        "ledger.refusals",
        "ledger.cases",
    )
    queries = [f"SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {table} t" for table in tables]
    return [await counter.owner.fetchval(query) for query in queries]


async def until_waiting(counter: Counter) -> None:
    """Until somebody waits for an advisory lock."""
    while not await counter.owner.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
        await asyncio.sleep(0.01)
