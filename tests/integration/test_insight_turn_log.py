"""The turn log on a real Postgres, fed through the messaging core, read over HTTP."""

from __future__ import annotations

import asyncio
import base64
import importlib.resources

import asyncpg
import httpx
import pytest

from careline.contracts.topics import TOPICS
from careline.messaging import MemoryBroker, MemoryTransport, MessagingSettings, Output, Service
from careline.testing.examples import REF, VERIFIED_BY, examples
from careline_insight.adapters.http import http_app
from careline_insight.adapters.postgres import PostgresTurnLog
from careline_insight.app import create_app
from careline_insight.domain.entry import entry_of
from careline_insight.settings import Settings

pytestmark = pytest.mark.integration

TOKEN = "agent-token-of-a-test"
BY_EVENT = {topic.event: topic for topic in TOPICS if topic.event}


@pytest.fixture
async def database(fresh_database: str) -> str:
    """A database with insight's tables."""
    folder = importlib.resources.files("careline_insight") / "migrations"
    connection = await asyncpg.connect(fresh_database)
    try:
        await connection.execute(
            "DO $$ BEGIN CREATE ROLE careline_insight LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        await connection.execute((folder / "0001_turn_log.sql").read_text())
    finally:
        await connection.close()
    return fresh_database


async def test_every_event_of_a_turn_is_logged_once_and_served(database: str) -> None:
    broker = MemoryBroker()
    settings = Settings(
        KAFKA_BOOTSTRAP_SERVERS="memory",
        DATABASE_URL=database,
        CARELINE_AGENT_TOKEN=TOKEN,
        CARELINE_VERIFIER_PUBLIC_KEY=base64.b64encode(VERIFIED_BY.key.public_bytes_raw()).decode(),
        CARELINE_HTTP_PORT=0,
    )
    insight = create_app(settings, MemoryTransport(broker))
    source = Service(
        "source",
        MessagingSettings(bootstrap_servers="memory"),
        publishes=list(BY_EVENT.values()),
        transport=MemoryTransport(broker),
    )
    await insight.start()
    async with source:
        for event in (*examples(), *examples()):
            await source.publish(Output(BY_EVENT[type(event)], event))
    client = httpx.AsyncClient(transport=httpx.ASGITransport(insight.asgi()), base_url="http://insight")
    async with client:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        distinct = {event.event_id for event in examples()}
        for _ in range(100):
            answer = await client.get(f"/v1/turns/{REF.turn}", headers=bearer)
            if answer.status_code == 200 and len(answer.json()["events"]) == len(distinct):
                break
            await asyncio.sleep(0.05)
        body = answer.json()
        assert len(body["events"]) == len(distinct)
        assert body["timeline"][0]["event"] == "turn.received"
        listed = await client.get("/v1/conversations/shop/c-1", headers=bearer)
        assert listed.json() == {"turns": [REF.turn]}
    await insight.stop()


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
async def test_the_log_is_closed_to_strangers(header: dict[str, str]) -> None:
    log = PostgresTurnLog("postgresql://nobody@127.0.0.1:1/none", 0.05)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(http_app(log, TOKEN, lambda: None)), base_url="http://insight"
    )
    async with client:
        answer = await client.get(f"/v1/turns/{REF.turn}", headers=header)
    assert answer.status_code == 401
    assert "CARELINE_AGENT_TOKEN" in answer.json()["error"]


async def test_a_database_that_goes_away_is_an_outage_and_heals(database: str) -> None:
    log = PostgresTurnLog(database, 0.01)
    await log.start()
    events = examples()
    admin = await asyncpg.connect(database)
    await admin.execute("ALTER TABLE insight.turn_log RENAME TO away")
    with pytest.raises(ConnectionError):
        await log.append(entry_of(events[0], "turns.received", 0, ""))
    assert not log.health().ok
    await admin.execute("ALTER TABLE insight.away RENAME TO turn_log")
    await log.append(entry_of(events[0], "turns.received", 0, ""))
    assert log.health().ok
    assert await admin.fetchval("SELECT count(*) FROM insight.turn_log") == 1
    await admin.close()
    await log.stop()
