"""kill -9 of the executor around a call to another system: it is made once or not at all, and the customer is told the
truth; where nobody can know it, a person gets it.

The other systems are real servers. What kills is called by them, at the moment meant; or a lock holds the executor
between the answer and the ledger.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest
import pytest_asyncio
from tests.fixtures.club import Club
from tests.fixtures.courier import Courier
from tests.fixtures.customers import Customer, check_dialogue, customer
from tests.fixtures.parcels import PARCELS
from tests.fixtures.served import served
from tests.fixtures.whole_stack import WholeStack, kept_stack

from careline.tenants.builtin import with_builtin
from careline.tenants.copies import copy_tenant, drop_tenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.publish import publish

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

PLACE = "Markt 3, 04109 Leipzig, Germany"
MOVE, YES = f"send PX-100 to {PLACE}", "yes, go ahead"
MOVED = f"Parcel PX-100 goes to {PLACE}; receipt R-1."
# A draft made again after the crash finds that it is so by now, and may be told before the ledger knows: true, too.
# What is said when a turn's time is up before the executor is back: a person has it.
A_PERSON = "A colleague will take over."
_WITHIN_S = 20.0


@dataclass
class Harbour:
    """The parcel service in the running system, for a tenant of this test; its courier and club."""

    stack: WholeStack
    courier: Courier
    club: Club
    owner: asyncpg.Connection[asyncpg.Record]
    tenant: str
    killed: list[int] = field(default_factory=list)

    def kill(self) -> None:
        """kill -9 of the executor, once."""
        if not self.killed:
            self.killed.append(self.stack.kill("executor"))

    def kill_when(self, system: Courier | Club, moment: str) -> None:
        """The first time that a change of `system` is at this moment."""
        system.at = lambda now: self.kill() if now == moment else None

    async def kill_waiting(self, table: str, page: Customer) -> str:
        """Says yes, and kills the executor while it waits to add a row to the ledger's `table`; the turn."""
        async with self.owner.transaction():
            await self.owner.execute(f"LOCK TABLE ledger.{table} IN EXCLUSIVE MODE")
            turn = await page.write(YES)
            until = time.monotonic() + _WITHIN_S
            while not await self.owner.fetchval(_WAITING):
                assert time.monotonic() < until, await page.history()
                await asyncio.sleep(0.02)
            self.kill()
        assert turn
        return turn

    async def rows(self, what: str) -> list[asyncpg.Record]:
        return list(await self.owner.fetch(f"SELECT {what} WHERE tenant = $1", self.tenant))

    async def ledger(self) -> list[tuple[str, str]]:
        return [tuple(row.values()) for row in await self.rows("customer, operation FROM ledger.entries")]

    async def ledger_in_the_end(self) -> list[tuple[str, str]]:
        """What it has when the executor that is back has done its work; as long as it has nothing it is waited for."""
        until = time.monotonic() + _WITHIN_S
        while not (found := await self.ledger()) and self.courier.done + self.club.done and time.monotonic() < until:
            await asyncio.sleep(0.1)
        return found

    async def outcomes(self) -> list[str]:
        return [row["status"] for row in await self.rows("status FROM ledger.outcomes")]


@pytest.fixture(scope="module")
def systems(pytestconfig: pytest.Config) -> Iterator[tuple[Courier, Club]]:
    """Both, served where the stack looks for them."""
    courier, club = Courier(), Club()
    at = kept_stack(pytestconfig).listeners
    with served(courier, listener=at["courier"]), served(club.app(), lifespan="on", listener=at["club"]):
        yield courier, club


@pytest_asyncio.fixture
async def harbour(whole_stack: WholeStack, systems: tuple[Courier, Club]) -> AsyncIterator[Harbour]:
    whole_stack.wait_until_well()
    owner = await asyncpg.connect(whole_stack.stack.database_url)
    if not await owner.fetchval("SELECT EXISTS (SELECT FROM control.tenants WHERE id = 'parcels')"):
        rows = RowOptions(folder=PARCELS, customers=8, seed=1, environ={})
        await publish(_asking(load_pack(PARCELS, {})), owner, tenant="parcels", rows=rows)
    for system in systems:
        vars(system).update(vars(type(system)()))
    tenant = f"parcels~{uuid.uuid4().hex[:8]}"
    await copy_tenant(owner, "parcels", tenant)
    await owner.execute("SELECT set_config('careline.tenant', $1, false)", tenant)
    yield Harbour(whole_stack, *systems, owner, tenant)
    await drop_tenant(owner, tenant)
    await owner.close()


def _asking(pack: Pack) -> Pack:
    """The pack with every change asked about, so that the yes is where the kill comes."""
    document = pack.document()
    for operation in document["operations"].values():
        operation["confirm"] = "always"
    made = Pack.model_validate(document)
    return made.model_copy(update={"operations": with_builtin(made.operations, made.replies)}).sealed()


_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE usename = 'careline_executor' AND wait_event_type = 'Lock'
"""
Killing = Callable[[Harbour, Customer], Awaitable[str]]


def at_moment(moment: str, fault: str = "") -> Killing:
    """Killed by the courier when the change "arrived" or is "made"; then the courier has the fault."""

    async def killing(harbour: Harbour, page: Customer) -> str:
        harbour.kill_when(harbour.courier, moment)
        harbour.courier.faults = [fault]
        turn = await page.write(YES)
        assert turn
        return turn

    return killing


STEPS: dict[str, Killing] = {
    "recorded, and not sent": lambda harbour, page: harbour.kill_waiting("attempts", page),
    "sent, and never arrived": at_moment("arrived", "drop_before"),
    "the courier is working on it": at_moment("arrived", "late"),
    "done, and nobody there to be told": at_moment("made"),
    "answered, and not in the ledger": lambda harbour, page: harbour.kill_waiting("outcomes", page),
}


@pytest.mark.parametrize("step", STEPS)
async def test_killed_around_a_call_it_is_made_once_and_told_once(
    harbour: Harbour, http: httpx.AsyncClient, step: str
) -> None:
    async with customer(harbour.stack, http, harbour.tenant, "M-1") as page:
        asked = await page.ask(MOVE)
        assert asked is not None
        assert "Quay 1 -> Markt 3" in asked["text"]
        turn = await STEPS[step](harbour, page)
        told = await page.reply_to(turn)
        assert harbour.killed, "it came so far"
        harbour.stack.wait_until_back("executor", harbour.killed[0])
        whole = check_dialogue(await page.history(), [MOVE, YES])
        assert told["text"] in ((MOVED,) if whole else (A_PERSON,))
        ledger = await harbour.ledger_in_the_end()
        assert ledger == [("M-1", "redirect_parcel")] * len(harbour.courier.done)
        assert len(harbour.courier.done) == 1 or (not whole and not harbour.courier.done)
        assert len({seen.headers["idempotency-key"] for seen in harbour.courier.changes()}) <= 1
        street = PLACE if harbour.courier.done else "Quay 1"
        assert harbour.courier.parcels["PX-100"]["address"] == {"street": street}


async def test_killed_around_a_tool_it_is_used_once_and_told_once(harbour: Harbour, http: httpx.AsyncClient) -> None:
    async with customer(harbour.stack, http, harbour.tenant, "M-1") as page:
        assert await page.ask("spend 100 points on a voucher")
        harbour.kill_when(harbour.club, "made")
        told = await page.ask(YES)
        assert told is not None
        harbour.stack.wait_until_back("executor", harbour.killed[0])
        assert told["text"] in ("You have the voucher V-1.", A_PERSON)
        assert [(who, points) for who, points, _ in harbour.club.done] == [("M-1", 100)]
        assert await harbour.ledger_in_the_end() == [("M-1", "spend_points")]


async def test_killed_where_nobody_can_know_a_person_gets_it(harbour: Harbour, http: httpx.AsyncClient) -> None:
    """The report has no key and no query: it may have arrived, and must not be sent again."""
    texts = ["2 pieces of PX-100 are broken", YES]
    async with customer(harbour.stack, http, harbour.tenant, "M-1") as page:
        asked = await page.ask(texts[0])
        assert asked is not None
        assert harbour.courier.changes() == []
        harbour.kill_when(harbour.courier, "made")
        told = await page.ask(texts[1])
        assert told is not None
        harbour.stack.wait_until_back("executor", harbour.killed[0])
        unknown = "I could not find out whether the courier has your report. A colleague will tell you."
        assert told["text"] in (unknown, A_PERSON)
        assert len(harbour.courier.done) == 1
        until = time.monotonic() + _WITHIN_S
        while not await harbour.outcomes() and time.monotonic() < until:
            await asyncio.sleep(0.1)
        assert (await harbour.ledger(), await harbour.outcomes()) == ([], ["unknown"])
        assert not check_dialogue(await page.history(), texts), "a person has it"
        await settled_by_a_person(harbour, page)


async def settled_by_a_person(harbour: Harbour, page: Customer) -> None:
    """The command, as a person uses it: the customer reads what came of it, once."""
    (entry,) = [str(row["id"]) for row in await harbour.rows("id FROM ledger.intents")]
    words = ["ledger", "settle", entry, "--tenant", harbour.tenant, "--done", "--reason", "they have it", "--as", "ada"]

    async def careline(*more: str) -> tuple[int, str]:
        argv = [sys.executable, "-m", "careline_cli", *words, *more]
        process = await asyncio.create_subprocess_exec(*argv, env=harbour.stack.env, stdout=PIPE, stderr=STDOUT)
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    code, said = await careline("--yes")
    assert (code, "the customer was told" in said) == (0, True), said
    assert await harbour.ledger() == [("M-1", "report_damage")]
    told = [entry["text"] for entry in await page.history() if entry.get("author") == "agent"]
    assert told == ["The damage is reported."]
    code, said = await careline("--yes")
    assert (code, "it was done, by the word of ada" in " ".join(said.split())) == (2, True), said
    assert len(harbour.courier.done) == 1
