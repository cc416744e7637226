"""The ledger read from a real Postgres: commits, refusals, what undid what; one tenant at a time; append-only."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from tests.fixtures.operations import Counter, counter, wants, yes

from careline.contracts.reply import Reply
from careline_gateway.adapters.ledger import PostgresLedgerBook
from careline_gateway.domain.ledger import LedgerFilter, LedgerRow, told

pytestmark = pytest.mark.integration
__all__ = ["counter"]


async def note(counter: Counter, customer: str = "M-1", tenant: str = "mini", conversation: str = "c-1") -> Reply:
    turn = await counter.turn("note hello", customer, tenant=tenant, conversation=conversation)
    return await counter.reply(turn, wants("leave_note", "note hello", text="hello"))


async def read(counter: Counter, **wanted: object) -> list[LedgerRow]:
    book = PostgresLedgerBook(counter.verifier)
    return list(await book.read(LedgerFilter(**{"tenant": "mini"} | wanted)))  # type: ignore[arg-type]


async def test_commits_refusals_and_undos_are_read_newest_first(counter: Counter) -> None:
    first = await note(counter)
    await counter.later(timedelta(minutes=1))
    asked = await counter.reply(await counter.turn("undo that"), wants("undo", "undo that"))
    assert asked.pending is not None
    await counter.reply(await counter.turn("yes", pending=asked.pending), yes(asked.pending))
    undo, done = await read(counter)
    assert (done.id, done.undone_by, undo.undoes) == (first.ledger_entry, undo.id, first.ledger_entry)
    assert (done.at, undo.at) == (counter.now - timedelta(minutes=1), counter.now)
    shown = told(done, reveal=True)
    assert shown["arguments"][0]["words"] == "hello"
    assert shown["approval"]["key"] == counter.verifier_key.key_id
    assert shown["asked_by"]["assurance"] == "signed"
    assert shown["result"] == {"notes.id": 1}
    assert shown["diff"][0]["new"]["text"] == "hello"


async def test_filters_and_tenants(counter: Counter) -> None:
    await note(counter)
    await note(counter, "M-2", conversation="c-2")
    await note(counter, tenant="mini~copy")
    assert len(await read(counter)) == 2
    assert [row.customer for row in await read(counter, customer="M-2")] == ["M-2"]
    assert [row.customer for row in await read(counter, conversation="c-1")] == ["M-1"]
    assert await read(counter, operation="renew_card") == []
    assert await read(counter, since=counter.now + timedelta(seconds=1)) == []
    assert len(await read(counter, limit=1)) == 1
    assert len(await read(counter, tenant="mini~copy")) == 1
    other = (await read(counter, tenant="mini~copy"))[0].id
    assert await read(counter, entry=other) == []


async def test_a_refusal_says_whose_it_was_and_who_signed(counter: Counter) -> None:
    approvals = []
    for number in range(2):
        turn = await counter.turn('a "green" card', conversation=f"c-{number}")
        approvals.append(await counter.approved(turn, wants("ask_for_card", 'a "green" card', kind="green")))
    for approval in approvals:
        await counter.settle(approval)
    refused = next(row for row in await read(counter, customer="M-1") if row.status == "refused")
    assert (refused.reason, refused.operation) == ("asked_already", "ask_for_card")
    assert told(refused, reveal=False)["approval"]["key"] == counter.verifier_key.key_id


async def test_nobody_rewrites_it(counter: Counter) -> None:
    await note(counter)
    for connection in (counter.owner, counter.executor.pool, counter.verifier.pool):
        for statement in ("UPDATE ledger.entries SET undoes = NULL", "DELETE FROM ledger.refusals"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
