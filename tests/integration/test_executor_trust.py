"""Forged and expired approvals, and a ledger that only grows, on a real Postgres."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from tests.fixtures.operations import Counter, a_signer, as_role, counter, wants

from careline.contracts.events import OperationApproved
from careline.contracts.reply import Approval
from careline.contracts.turn import Identity, RowChange
from careline.messaging import PermanentError

pytestmark = pytest.mark.integration
__all__ = ["counter"]

EXTEND = "extend ML-1001 by 7 days"
DUE = "SELECT due FROM biz_mini.loans WHERE tenant = 'mini' AND number = 'ML-1001'"


async def an_extension(counter: Counter, conversation: str = "c-1") -> OperationApproved:
    turn = await counter.turn(EXTEND, conversation=conversation)
    return await counter.approved(turn, wants("extend_loan", EXTEND, loan="ML-1001", days=(7, "7")))


async def test_an_expired_approval_commits_nothing(counter: Counter) -> None:
    approved = await an_extension(counter)
    await counter.later(timedelta(seconds=61))
    assert (await counter.settle(approved)).status == "stale"
    assert await counter.count("ledger.entries") == 0


@pytest.mark.parametrize("what", ["unsigned", "foreign key", "operation", "arguments", "customer", "expiry", "epoch"])
async def test_a_forged_approval_is_a_dead_letter(counter: Counter, what: str) -> None:
    approved = await an_extension(counter)
    with pytest.raises(PermanentError):
        await counter.settle(approved.model_copy(update={"approval": forged(approved.approval, what)}))
    assert await counter.count("ledger.entries") == 0
    assert await counter.count("ledger.refusals") == 0


def forged(approval: Approval, what: str) -> Approval:
    ref = approval.ref
    stolen = Identity(visitor="v-1", customer="M-2", assurance="signed")
    match what:
        case "unsigned":
            return approval.model_copy(update={"signature": ""})
        case "foreign key":
            return a_signer().seal_approval(approval)
        case "operation":
            return approval.model_copy(update={"operation": "forget_loans"})
        case "arguments":
            return approval.model_copy(update={"arguments": ()})
        case "customer":
            return approval.model_copy(update={"identity": stolen})
        case "expiry":
            return approval.model_copy(update={"expires_at": approval.expires_at + timedelta(days=1)})
        case _:
            return approval.model_copy(update={"ref": ref.model_copy(update={"epoch": ref.epoch + 1})})


async def test_an_approval_of_one_turn_is_worth_nothing_in_another(counter: Counter) -> None:
    approved = await an_extension(counter)
    other = await counter.turn("hello", conversation="c-2", customer="M-2")
    replayed = approved.model_copy(update={"turn": other, "ref": other.ref})
    with pytest.raises(PermanentError):
        await counter.settle(replayed)


async def test_a_forged_turn_commits_nothing(counter: Counter) -> None:
    approved = await an_extension(counter)
    with pytest.raises(PermanentError):
        await counter.settle(approved.model_copy(update={"turn": a_signer().seal_turn(approved.turn)}))


@pytest.mark.parametrize("role", ["executor", "owner"])
async def test_the_ledger_only_grows(counter: Counter, fresh_database: str, role: str) -> None:
    await counter.settle(await an_extension(counter))
    url = fresh_database if role == "owner" else as_role(fresh_database, role)
    connection = await asyncpg.connect(url)
    try:
        for statement in (
            "UPDATE ledger.entries SET text = 'nothing happened'",
            "DELETE FROM ledger.entries",
            "TRUNCATE ledger.entries",
            "DELETE FROM ledger.cases",
            "UPDATE ledger.refusals SET status = 'refused'",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
    assert await counter.count("ledger.entries") == 1


async def test_one_tenant_does_not_see_anothers_ledger(counter: Counter, fresh_database: str) -> None:
    await counter.settle(await an_extension(counter))
    for tenant, seen in (("mini", 1), ("mini~copy", 0)):
        async with counter.executor.tenant(tenant) as connection:
            assert await connection.fetchval("SELECT count(*) FROM ledger.entries") == seen
    stolen = await asyncpg.connect(as_role(fresh_database, "executor"))
    try:
        await stolen.execute("SELECT set_config('careline.tenant', 'mini', false)")
        assert await stolen.fetchval("SELECT count(*) FROM ledger.entries") == 0
    finally:
        await stolen.close()


async def test_the_entry_says_who_asked_for_what_and_what_was_written(counter: Counter) -> None:
    approved = await an_extension(counter)
    settled = await counter.settle(approved)
    entry = await counter.row("SELECT * FROM ledger.entries")
    assert (entry["customer"], entry["operation"], entry["turn"]) == ("M-1", "extend_loan", approved.ref.turn)
    assert '"quote": "ML-1001"' in entry["arguments"]
    assert approved.approval.signature in entry["approval"]
    assert entry["diff_hash"] == approved.approval.diff_hash
    assert entry["pack_version"] == counter.pack.version
    assert settled.diff == (
        RowChange(
            table="loans",
            action="update",
            key={"number": "ML-1001"},
            old={"due": "2040-01-10T17:00:00+00:00"},
            new={"due": "2040-01-17T17:00:00+00:00"},
        ),
    )
