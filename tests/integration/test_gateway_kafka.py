"""Gateways as processes on real Kafka, with a published pack: redelivery, and kill -9 in the middle of it all."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import asyncpg
import httpx
import pytest
from tests.fixtures.gateway import Lab, Visitor, free_port, kafka_lab, ready, until, verified

from careline.contracts.events import TurnReceived
from careline.contracts.reply import Outcome, Reply
from careline.contracts.topics import TURNS_VERIFIED
from careline.messaging import Output
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.publish import publish

pytestmark = pytest.mark.integration
__all__ = ["kafka_lab"]

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
CUSTOMERS, MESSAGES = 12, 5
ONCE = Reply(outcome=Outcome.ANSWER, text="Once.", language="en")


async def publish_mini(lab: Lab, folder: Path = MINI) -> None:
    connection: Any = await asyncpg.connect(lab.owner_url)
    try:
        await publish(load_pack(folder), connection, rows=RowOptions(folder=None))
    finally:
        await connection.close()


@asynccontextmanager
async def process(lab: Lab, **more: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """`python -m careline_gateway`, ready; killed in the end if it still runs."""
    port = free_port()
    env = os.environ | lab.environment() | {"CARELINE_HTTP_PORT": str(port), "CARELINE_MESSAGE_BURST": "100"} | more
    gateway = await asyncio.create_subprocess_exec(sys.executable, "-m", "careline_gateway", env=env)
    watch = asyncio.create_task(_exit(gateway))
    try:
        await until(lambda: ready(f"http://127.0.0.1:{port}", watch))
        yield f"http://127.0.0.1:{port}", gateway
    finally:
        if gateway.returncode is None:
            gateway.kill()
        await gateway.wait()


async def _exit(gateway: asyncio.subprocess.Process) -> None:
    raise AssertionError(f"the gateway ended with {await gateway.wait()}")


async def open_conversation(url: str) -> Visitor:
    async with httpx.AsyncClient(base_url=url) as http:
        session = (await http.post("/v1/sessions", json={"tenant": "mini"})).json()
    return Visitor(url, session["conversation"], session["token"], session)


async def talk(urls: list[str], number: int) -> list[dict[str, Any]]:
    """A customer who retries as the page does (same id, another gateway) and waits for each reply."""
    visitor = await open_conversation(urls[number % len(urls)])
    for count in range(MESSAGES):
        text = f"customer {number} message {count}"
        await _insist(urls, visitor, text)
        await _until_answered(urls, visitor, f"You said: {text}")
        await asyncio.sleep(0.05)
    return await visitor.history()


async def _insist(urls: list[str], visitor: Visitor, text: str) -> None:
    for attempt in range(200):
        visitor.url = urls[attempt % len(urls)]
        try:
            answer = await visitor.post(text, client_id=text.replace(" ", "-"))
        except httpx.TransportError:
            await asyncio.sleep(0.05)
            continue
        if answer.status_code == 202:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no gateway took the message")


async def _until_answered(urls: list[str], visitor: Visitor, reply: str) -> None:
    async with asyncio.timeout(60):
        for attempt in range(10_000):
            visitor.url = urls[attempt % len(urls)]
            try:
                if any(entry.get("text") == reply for entry in await visitor.history()):
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def test_kill_one_of_two_gateways_and_everybody_gets_one_reply_in_order(kafka_lab: Lab) -> None:
    await publish_mini(kafka_lab)
    async with kafka_lab.responder(), process(kafka_lab) as (one, victim), process(kafka_lab) as (other, _):
        urls = [one, other]
        customers = [asyncio.create_task(talk(urls, number)) for number in range(CUSTOMERS)]
        await until(lambda: _some_received(kafka_lab, CUSTOMERS * 2))
        victim.kill()
        await victim.wait()
        histories = await asyncio.gather(*customers)
    for number, history in enumerate(histories):
        wanted = []
        for count in range(MESSAGES):
            text = f"customer {number} message {count}"
            wanted += [text, f"You said: {text}"]
        assert [entry.get("text") for entry in history] == wanted


async def _some_received(lab: Lab, count: int) -> bool:
    return len(lab.received) >= count


async def test_a_reply_that_kafka_delivers_again_is_shown_once(kafka_lab: Lab) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.service("verifier") as verifier:
        turns: list[TurnReceived] = []
        visitor = await gateway.visit()
        async with kafka_lab.responder(lambda event: turns.append(event)):
            await visitor.say("hello")

            async def arrived() -> bool:
                return bool(turns)

            await until(arrived)
            reply = Output(TURNS_VERIFIED, verified(turns[0].ref, ONCE))
            for _ in range(3):
                await verifier.publish(reply)
            await visitor.until_said("Once.")
            await visitor.say("thanks")
            await verifier.publish(reply)

            async def second() -> bool:
                return len(turns) == 2

            await until(second)
        assert [entry["text"] for entry in await visitor.history()] == ["hello", "Once.", "thanks"]


async def test_a_published_pack_rules_the_conversation(kafka_lab: Lab, tmp_path: Path) -> None:
    """The deadline's words are the pack's, and a new version of it is followed without a restart."""
    await publish_mini(kafka_lab)
    async with process(kafka_lab, CARELINE_TURN_DEADLINE="0.3") as (url, _):
        first = await open_conversation(url)
        async with httpx.AsyncClient(base_url=url) as http:
            unknown = await http.post("/v1/sessions", json={"tenant": "nobody"})
        assert unknown.status_code == 404
        assert first.session["title"]["en"]
        await first.say("hello")
        said = load_pack(MINI).replies.handover.say.say("en", "en")
        await first.until_said(said)
        copytree(MINI, tmp_path / "mini")
        replies = tmp_path / "mini" / "replies.yaml"
        assert said in replies.read_text()
        replies.write_text(replies.read_text().replace(said, "Another wording."))
        await publish_mini(kafka_lab, tmp_path / "mini")

        async def followed() -> bool:
            visitor = await open_conversation(url)
            await visitor.say("hello")
            await asyncio.sleep(1.2)
            return any(entry.get("text") == "Another wording." for entry in await visitor.history())

        await until(followed)


async def test_bad_settings_are_named_without_their_values(kafka_lab: Lab) -> None:
    env = os.environ | kafka_lab.environment() | {"CARELINE_GATEWAY_PRIVATE_KEY": "short-secret"}
    pipe = asyncio.subprocess.PIPE
    gateway = await asyncio.create_subprocess_exec(sys.executable, "-m", "careline_gateway", env=env, stderr=pipe)
    async with asyncio.timeout(30):
        _, err = await gateway.communicate()
    assert gateway.returncode == 2
    assert b"CARELINE_GATEWAY_PRIVATE_KEY" in err
    assert b"short-secret" not in err
