"""A model server that is killed, slow, or talks nonsense: every turn of the whole system ends in a reply or a person.

The server is a process on a port of its own. The business is the shop under another name, with that server in its
pack and no reflex that is ever sure enough, so that every role asks it on every turn.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
import pytest_asyncio
from evals.long_talks import eager
from evals.standins import STANDINS
from tests.fixtures.customers import Customer, Entry, check_dialogue, customer
from tests.fixtures.gateway_visitor import free_port, until
from tests.fixtures.shop import SHOP
from tests.fixtures.whole_stack import WholeStack

from careline.contracts.spent import Spent
from careline.llm.errors import CircuitOpen
from careline.tenants.copies import drop_tenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.publish import publish
from careline.testing.model_server import Fault, Hostility, Rule, Script
from careline_cli.evaluation.complete import is_complete
from careline_cli.evaluation.spending import spent_in
from careline_cli.turn_log import TurnLogClient

pytestmark = pytest.mark.e2e

TENANT = "shop-models-trouble"
# What each customer asks, and what the server does to prompts with those words.
TROUBLES = {
    "What would you charge me for shipping to Norway?": Rule(user="Norway", fault=Fault.HANG),
    "Postage for Switzerland?": Rule(user="Switzerland", per_token_s=2.0),  # slower than any deadline
    "How long can I return an unused lamp?": Rule(user="unused lamp", fault=Fault.STATUS, status=500),
    "Do you deliver on Saturdays?": Rule(user="Saturdays", fault=Fault.CUT),
    "Which payment methods do you take?": Rule(user="payment methods", fault=Fault.CUT, pieces=0),
    "How do I care for brass?": Rule(user="brass", fault=Fault.GARBAGE),
    "Can I pick my parcel up myself?": Rule(user="myself", hostile=Hostility.NOT_JSON),
    "How long is the warranty?": Rule(user="warranty", answer=""),
}


@dataclass
class ModelProcess:
    """`python -m careline.testing.model_server`, always on the same port."""

    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        argv = ("-m", "careline.testing.model_server", "--port", str(self.port))
        self.process = await asyncio.create_subprocess_exec(sys.executable, *argv)
        await until(self._serves)

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def play(self, script: Script) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.put(f"{self.url}/script", content=script.model_dump_json())
        assert answer.status_code == 204, answer.text

    async def is_asked(self) -> bool:
        """Whether somebody waits for an answer now."""
        async with httpx.AsyncClient(trust_env=False) as http:
            return "vllm:num_requests_running 1\n" in (await http.get(f"{self.url}/metrics")).text

    async def _serves(self) -> bool:
        assert self.process is not None
        assert self.process.returncode is None
        try:
            async with httpx.AsyncClient(trust_env=False) as http:
                return (await http.get(f"{self.url}/health")).status_code == 200
        except httpx.HTTPError:
            return False


@dataclass
class Scene:
    """The whole system, the server, and how turns went."""

    stack: WholeStack
    http: httpx.AsyncClient
    server: ModelProcess
    log: TurnLogClient

    async def asked(self, text: str) -> tuple[Spent, ...]:
        """What was spent on a message of a new customer, which has ended in a reply or a person."""
        async with customer(self.stack, self.http, TENANT, "C-1001") as page:
            return await self.ended(page, text, await page.write(text))

    async def ended(self, page: Customer, text: str, turn: str | None) -> tuple[Spent, ...]:
        """The gateway drops what comes behind a turn's deadline, so whatever is there was in time."""
        assert turn
        reply: Entry = await page.reply_to(turn)
        assert reply["text"]
        check_dialogue(await page.history(), [text])
        record = await self.log.turn(turn, patience=10, complete=is_complete)
        return spent_in(record.events)

    async def recover(self) -> None:
        """Until a model has answered again; each try is a customer of its own."""

        async def answered() -> bool:
            spent = await self.asked("How many points do I have?")
            return any(each.role == "classifier" and each.outcome == "answered" for each in spent)

        await until(answered)


def with_models(pack: Pack, url: str) -> Pack:
    """The pack that asks `url` about everything, for as long as a turn has time."""
    specs = eager(pack).tenant.tiers
    small = specs.small.model_copy(update={"url": f"{url}/v1", "model": "scripted"})
    tiers = specs.model_copy(update={"small": small, "seconds": 600.0})
    return pack.model_copy(update={"tenant": pack.tenant.model_copy(update={"tiers": tiers})})


def share_heads(stack: WholeStack, pack: Pack) -> None:
    """Its examples are the shop's, so there is nothing to learn anew."""
    learnt, wanted = load_pack(SHOP).sealed().version, pack.sealed().version
    for file in (stack.home.root / "heads").glob(f"shop-{learnt}-*.npz"):
        shutil.copyfile(file, file.with_name(file.name.replace(learnt, wanted)))


@pytest_asyncio.fixture
async def scene(whole_stack: WholeStack, http: httpx.AsyncClient) -> AsyncIterator[Scene]:
    server = ModelProcess(free_port())
    connection = await asyncpg.connect(whole_stack.reach.database)
    pack = with_models(load_pack(SHOP), server.url)
    share_heads(whole_stack, pack)
    log = TurnLogClient(whole_stack.reach.insight, whole_stack.reach.agent_token)
    try:
        await server.start()
        await publish(pack, connection, tenant=TENANT, rows=RowOptions(folder=SHOP))
        yield Scene(whole_stack, http, server, log)
    finally:
        await server.kill()
        await log.close()
        await drop_tenant(connection, TENANT)
        await connection.close()


@pytest.mark.timeout(300)
async def test_every_turn_ends_whatever_becomes_of_the_model_server(scene: Scene) -> None:
    """All kinds of trouble at once, then a server that is killed while a turn waits, then one that is back."""
    await scene.server.play(STANDINS["reading"])
    await scene.recover()

    await scene.server.play(Script(rules=tuple(TROUBLES.values())))
    spent = await asyncio.gather(*map(scene.asked, TROUBLES))
    for text, entries in zip(TROUBLES, spent, strict=True):
        assert entries, f"nothing was asked about {text!r}"
        assert not any(each.outcome == "answered" for each in entries), (text, entries)

    await scene.server.play(STANDINS["reading"])
    await scene.recover()
    await scene.server.play(Script(rules=(Rule(fault=Fault.HANG),)))
    told: list[tuple[str, str]] = []
    async with customer(scene.stack, scene.http, TENANT, "C-1001") as page:
        page.chat.on_progress = lambda turn, stage: told.append((turn, stage))
        turn = await page.write("Postage for Switzerland?")
        await until(scene.server.is_asked)
        # Whoever waits is told what is being done; nobody was before.
        await until(lambda: asyncio.sleep(0.05, bool(told)))
        assert told[0] == (turn, "understanding")
        await scene.server.kill()
        waited = await scene.ended(page, "Postage for Switzerland?", turn)
    assert waited[0].outcome != "answered"

    opened: list[str] = []

    async def opens() -> bool:
        """A breaker: the server is not even tried any more."""
        opened.extend(each.outcome for each in await scene.asked("Do you deliver on Saturdays?"))
        return CircuitOpen.__name__ in opened

    await until(opens)
    assert "answered" not in opened

    await scene.server.start()
    await scene.server.play(STANDINS["reading"])
    await scene.recover()
