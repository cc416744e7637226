"""A person settles what nobody knew: once, audited, in words for the customer; and the ledger shows it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import pytest
from tests.fixtures.operations import Counter, wants
from tests.fixtures.parcels import Others, desk, others, parcel_database, servers
from tests.integration.test_operations_http import UNKNOWN, approved, redirect
from typer.testing import CliRunner

from careline.contracts.events import OperationApproved
from careline.storage.sealed import Sealing
from careline.systems.errors import NotConfigured
from careline_cli.commands.ledger import app
from careline_cli.errors import CommandError
from careline_cli.ledger.settling import Finding, NotInDoubt, NoWords, find_doubt, settle, worded
from careline_executor.adapters.tenants import PostgresTenants
from careline_executor.sweeping import Sweeping
from careline_gateway.adapters.ledger import PostgresLedgerBook
from careline_gateway.domain.ledger import MASK, LedgerFilter, LedgerRow, Revealed, told

pytestmark = pytest.mark.integration
__all__ = ["desk", "others", "parcel_database", "servers"]

DONE = Finding(True, "ada", "the courier says so on the phone", "Parcel PX-100 goes to Quay 7.", {"receipt": "R-7"})
NOT_DONE = Finding(False, "ada", "the courier knows nothing of it", "It was not done.", {})
NO_KEYS = Sealing()


async def in_doubt(desk: Counter, others: Others, conversation: str = "c-1") -> OperationApproved:
    event = await approved(desk, conversation)
    others.courier.faults, others.courier.query_faults = ["error_after"], ["error_after"] * 20
    assert (await desk.settle(event)).reason == "outcome_unknown"
    return event


async def read(desk: Counter, **wanted: Any) -> list[LedgerRow]:
    book = PostgresLedgerBook(lambda: desk.verifier.pool)
    return list(await book.read(LedgerFilter(**{"tenant": desk.tenant} | wanted)))


async def audited(desk: Counter) -> list[tuple[str, ...]]:
    rows = await desk.owner.fetch("SELECT action, actor FROM privacy.audit WHERE tenant = 'parcels' ORDER BY number")
    return [tuple(row.values()) for row in rows]


async def test_what_is_unknown_is_shown_as_that(desk: Counter, others: Others) -> None:
    event = await in_doubt(desk, others)
    (row,) = await read(desk)
    assert (row.id, row.status, row.reason, row.text) == (
        event.approval.idempotency_key,
        "unknown",
        "outcome_unknown",
        UNKNOWN,
    )
    assert [row.status for row in await read(desk, conversation="c-1", customer="M-1")] == ["unknown"]
    assert await read(desk, customer="M-2") == []


async def test_settled_as_done_it_is_an_entry_with_who_and_why(desk: Counter, others: Others) -> None:
    event = await in_doubt(desk, others)
    doubt = await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key[:8])
    assert doubt.told == UNKNOWN
    assert await worded(desk.owner, doubt, {}, NO_KEYS, True) == "Parcel PX-100 goes to Quay 7."
    assert await worded(desk.owner, doubt, {"receipt": "R-7"}, NO_KEYS, True) == (
        "Parcel PX-100 goes to Quay 7; receipt R-7."
    )
    await settle(desk.owner, doubt, DONE, NO_KEYS)
    (row,) = await read(desk)
    assert (row.status, row.settled_by, row.why, row.text) == ("committed", "ada", DONE.why, DONE.told)
    assert (row.result, row.written[0]["new"]) == ({"receipt": "R-7"}, {"street": "Quay 7"})
    assert told(row, reveal=False)["settled_by"] == "ada"
    assert (await audited(desk))[-1] == ("settle", "ada")
    # The approval again, and the system's own word later, change nothing of it and send nothing.
    assert (await desk.settle(event)).text == DONE.told
    others.courier.query_faults = []
    assert await Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0).sweep() == 0
    assert len(others.courier.changes()) == 1


async def test_settled_as_not_done_it_may_be_asked_for_again(desk: Counter, others: Others) -> None:
    event = await in_doubt(desk, others)
    doubt = await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)
    text = await worded(desk.owner, doubt, {}, NO_KEYS, False)
    assert "was not done" in text
    assert "send a parcel to another address" in text
    await settle(desk.owner, doubt, NOT_DONE, NO_KEYS)
    (row,) = await read(desk)
    assert (row.status, row.settled_by, row.text) == ("not_done", "ada", NOT_DONE.told)
    others.courier.parcels["PX-100"]["address"] = {"street": "Quay 1"}  # as if it had never arrived
    others.courier.query_faults = []
    again = await desk.reply(await desk.turn("send PX-100 to Quay 7", conversation="c-2"), redirect())
    assert again.outcome == "success"


async def test_nothing_is_settled_twice_or_out_of_thin_air(desk: Counter, others: Others) -> None:
    event = await in_doubt(desk, others)
    doubt = await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)
    await settle(desk.owner, doubt, NOT_DONE, NO_KEYS)
    before = await audited(desk)
    with pytest.raises(NotInDoubt, match="quicker"):
        await settle(desk.owner, doubt, DONE, NO_KEYS)
    assert ([row.status for row in await read(desk)], await audited(desk)) == (["not_done"], before)
    with pytest.raises(NotInDoubt, match="it was not done, by the word of ada"):
        await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)
    with pytest.raises(NotInDoubt, match="no such operation"):
        await find_doubt(desk.owner, desk.tenant, "ffffffff")
    with pytest.raises(CommandError, match="no tenant"):
        await find_doubt(desk.owner, "nobody", "ffffffff")


async def test_two_people_and_the_system_settle_it_once(desk: Counter, others: Others, parcel_database: str) -> None:
    event = await in_doubt(desk, others)
    doubt = await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)
    others.courier.query_faults = []
    sweeping = Sweeping(desk.outside, desk.intents, PostgresTenants(desk.executor), older=0)

    async def person(finding: Finding) -> None:
        owner = await asyncpg.connect(parcel_database)
        try:
            await settle(owner, doubt, finding, NO_KEYS)
        finally:
            await owner.close()

    tried = await asyncio.gather(person(DONE), person(NOT_DONE), sweeping.sweep(), return_exceptions=True)
    assert all(each is None or isinstance(each, int | NotInDoubt) for each in tried), tried
    (row,) = await read(desk)
    final = await desk.owner.fetchval(
        "SELECT count(*) FROM ledger.outcomes WHERE tenant = $1 AND status <> 'unknown'", desk.tenant
    )
    assert (row.status in ("committed", "not_done"), final) == (True, 1)


async def test_what_is_on_its_way_or_known_is_not_in_doubt(desk: Counter, others: Others) -> None:
    event = await approved(desk)
    await desk.settle(event)
    with pytest.raises(NotInDoubt, match="it was done"):
        await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)


async def test_words_that_need_what_the_system_would_have_said(desk: Counter, others: Others) -> None:
    others.club.faults = ["error_after"]
    object.__setattr__(desk.outside, "systems", Unasked(desk.systems))
    event = await desk.approved(
        await desk.turn("spend 5 points"), wants("spend_points", "spend 5 points", points=(5, "5"))
    )
    assert (await desk.settle(event)).reason == "outcome_unknown"
    doubt = await find_doubt(desk.owner, desk.tenant, event.approval.idempotency_key)
    with pytest.raises(NoWords):
        await worded(desk.owner, doubt, {}, NO_KEYS, True)
    assert await worded(desk.owner, doubt, {"voucher": "V-1"}, NO_KEYS, True) == "You have the voucher V-1."


class Unasked:
    """The systems, but the question what became of a request has nobody to go to."""

    def __init__(self, systems: Any) -> None:
        self.systems = systems

    def of(self, pack: Any, name: str) -> Any:
        self.system = self.systems.of(pack, name)
        return self

    def check(self, call: str, values: Any) -> None:
        self.system.check(call, values)

    async def call(self, call: str, values: Any, key: Any = None) -> Any:
        if call == "find_request":
            raise NotConfigured("nobody answers")
        return await self.system.call(call, values, key)


async def test_the_command_shows_first_and_wants_a_reason(
    desk: Counter, others: Others, parcel_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await in_doubt(desk, others)
    monkeypatch.setenv("DATABASE_URL", parcel_database)
    key = event.approval.idempotency_key
    words = ["settle", key, "--tenant", desk.tenant, "--as", "ada"]

    async def run(*more: str, said: str | None = None) -> Any:
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, [*words, *more], input=said))

    shown = await run("--done", "--reason", "they say so", "--dry-run")
    assert shown.exit_code == 0, shown.output
    for part in ("redirect_parcel", "Quay 1 -> Quay 7", "settled as    done", "Parcel PX-100 goes to Quay 7."):
        assert part in shown.output, shown.output
    assert (await run("--reason", "they say so")).exit_code == 2  # done, or not?
    assert (await run("--done")).exit_code == 2  # why?
    for more, told_so in (
        (("--done", "--reason", " "), "reason is empty"),
        (("--done", "--reason", "x"), "Nothing was"),
    ):
        assert told_so in str((await run(*more, said="n\n")).exception)
    assert [row.status for row in await read(desk)] == ["unknown"]


async def test_who_is_shown_personal_data_is_in_the_audit(desk: Counter, others: Others) -> None:
    await in_doubt(desk, others)
    (row,) = await read(desk)
    assert told(row, reveal=False)["arguments"][1]["value"] == MASK
    assert told(row, reveal=True)["arguments"][1]["value"] == "Quay 7"
    await desk.owner.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    await desk.owner.execute("SET ROLE careline_gateway")
    try:
        book = PostgresLedgerBook(lambda: _Only(desk.owner))  # type: ignore[arg-type, return-value]
        await book.reveal(Revealed(desk.tenant, "ada", [row.id]))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.owner.fetch("SELECT * FROM privacy.audit")
    finally:
        await desk.owner.execute("RESET ROLE")
    assert (await audited(desk))[-1] == ("reveal", "ada")


class _Only:
    """A pool of one connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def acquire(self) -> Any:
        return self

    async def __aenter__(self) -> Any:
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        return None
