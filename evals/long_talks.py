"""Conversations of 20 turns in which every role asks a model on every turn: how large prompts become."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx

from careline.llm.tokens import estimate_tokens
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.publish import publish
from careline.testing.model_server import Served
from careline.testing.model_server.counting import tokens
from careline_cli.errors import CommandError
from careline_cli.evaluation.questions import load_questions
from careline_cli.running import Running
from careline_cli.webchat import WebChat

TURNS = 20
_ROLES = {"Route": "classifier", "GuideAnswer": "executor", "Judgement": "verifier"}
_CUSTOMER = "C-1001"
_PATIENCE_S = 300
_STORY = (
    "You should know that I bought the lamp for my sister's new flat, that she has moved twice since, and that I have "
    "written to you before about something else which is settled now, thank you. The colleague on the telephone was "
    "kind and asked me to write here instead of calling again, because all of this is read. My sister would have "
    "liked the blue one better, but the green one it is, and it stands in her hall where everybody sees it first. "
)


@dataclass(slots=True)
class Talk:
    """One conversation. Sizes are tokens of a prompt as the server counts them: `largest` of all, `last` of the last
    turn by role; `estimated` is the largest by our own upper estimate."""

    name: str
    calls: int = 0
    largest: int = 0
    estimated: int = 0
    last: dict[str, int] = field(default_factory=dict)

    def count(self, server: Served) -> None:
        """The prompts of one turn, which are all that `server` has seen since it was cleared."""
        sizes = [
            (_ROLES[one.schema_name or ""], len(tokens(one.system)) + len(tokens(one.user))) for one in server.seen
        ]
        self.calls += len(sizes)
        self.largest = max([self.largest, *(size for _, size in sizes)])
        self.last = {role: max(size for name, size in sizes if name == role) for role, _ in sizes}
        upper = [estimate_tokens(one.system) + estimate_tokens(one.user) for one in server.seen]
        self.estimated = max([self.estimated, *upper])


def questions_of(folder: Path) -> dict[str, list[str]]:
    """`TURNS` questions on the guide each: in English, in Chinese, and in English at the end of a long story."""
    guide = [each for each in load_questions(folder / "evals/open.jsonl") if each.kind == "guide"]
    english = [each.steps[0].text for each in guide if each.language == "en"][:TURNS]
    chinese = [each.steps[0].text for each in guide if each.language == "zh"][:TURNS]
    return {"English": english, "Chinese": chinese, "long messages": [_STORY * 3 + text for text in english]}


def eager(pack: Pack) -> Pack:
    """The pack with no reflex that is ever sure enough: models are asked about every turn."""
    specs = pack.tenant.tiers
    asked = {role: getattr(specs, role).model_copy(update={"reflex": 1.0}) for role in set(_ROLES.values())}
    tenant = pack.tenant.model_copy(update={"tiers": specs.model_copy(update=asked)})
    return pack.model_copy(update={"tenant": tenant})


async def talks(running: Running, server: Served, folder: Path) -> list[Talk]:
    """Plays them under a tenant of their own. Raises ChatError, TenantError, PackError."""
    tenant = f"{folder.name}-eager"
    connection = await asyncpg.connect(running.database)
    try:
        await publish(eager(load_pack(folder)), connection, tenant=tenant, rows=RowOptions(folder=folder))
    finally:
        await connection.close()
    async with httpx.AsyncClient(base_url=running.gateway, timeout=30) as http:
        found = questions_of(folder).items()
        await _until_prepared(running, http, server, tenant)
        return [await _talk(running, http, server, tenant, Talk(name), texts) for name, texts in found]


async def _until_prepared(running: Running, http: httpx.AsyncClient, server: Served, tenant: str) -> None:
    """Returns when the classifier serves this version of the pack: until it has learnt it, the last one serves."""
    for _ in range(_PATIENCE_S):
        server.seen.clear()
        async with await WebChat.open(http, tenant, _CUSTOMER, running.customer_secret) as chat:
            await chat.ask("Hello!", 60)
        if any(one.schema_name == "Route" for one in server.seen):
            return
        await asyncio.sleep(1)
    raise CommandError(f"The classifier does not serve {tenant} after {_PATIENCE_S} s.", "`careline logs classifier`")


async def _talk(
    running: Running, http: httpx.AsyncClient, server: Served, tenant: str, talk: Talk, texts: list[str]
) -> Talk:
    chat = await WebChat.open(http, tenant, _CUSTOMER, running.customer_secret)
    async with chat:
        for text in texts:
            server.seen.clear()
            await chat.ask(text, 60)
            talk.count(server)
            await _keep_with_us(running, http, tenant, chat)
    return talk


async def _keep_with_us(running: Running, http: httpx.AsyncClient, tenant: str, chat: WebChat) -> None:
    """A conversation that was handed to a person is handed back at once."""
    headers = {"Authorization": f"Bearer {running.agent_token}"}
    one = f"/v1/agent/conversations/{tenant}/{chat.conversation}"
    waiting = (await http.get("/v1/agent/conversations", headers=headers)).json()
    if not any(row["conversation"] == chat.conversation for row in waiting):
        return
    for step in ("take", "hand-back"):
        answer = await http.post(f"{one}/{step}", json={"agent": "evals"}, headers=headers)
        answer.raise_for_status()
