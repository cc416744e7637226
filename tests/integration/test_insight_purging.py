"""What is old goes by itself, once, and by the business's own policy: on a real Postgres, with insight's own role."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.integration.test_tenants_isolation import PASSWORD, as_service

from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles
from careline.telemetry import Instruments
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.policy import Retention
from careline.tenants.publish import publish
from careline_cli.errors import CommandError
from careline_cli.privacy.purging import purge
from careline_insight.adapters.purging import Purger

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
LOCK = "SELECT pg_advisory_lock(7305441286630121)"
UNLOCK = "SELECT pg_advisory_unlock(7305441286630121)"


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[Any]:
    """Five old conversations with a message and three events each, and one of today."""
    connection = await asyncpg.connect(fresh_database)
    await ensure_roles(connection, dict.fromkeys(SERVICES, PASSWORD))
    await migrate(connection)
    await publish(load_pack(MINI), connection, rows=RowOptions(folder=MINI, customers=1, environ={}))
    for number in range(6):
        days = 400 if number else 0
        await connection.execute(_CONVERSATION, f"c-{number}", days)
        await connection.execute(_ENTRY, f"c-{number}")
        for event in range(3):
            await connection.execute(_LOGGED, f"{number}-{event}", f"c-{number}", days)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def service(owner: Any, fresh_database: str) -> AsyncIterator[Callable[..., Purger]]:
    pool = await asyncpg.create_pool(as_service(fresh_database, "insight"), min_size=1, max_size=4)
    yield lambda **how: Purger(lambda: pool, Instruments(), how.pop("every", timedelta(hours=24)), **how)
    await pool.close()


async def left(owner: Any) -> tuple[int, int, int]:
    return tuple(
        [
            await owner.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("gateway.conversations", "gateway.entries", "insight.turn_log")
        ]
    )  # type: ignore[return-value]


async def test_in_portions_once_a_day_audited_and_counted(owner: Any, service: Callable[..., Purger]) -> None:
    purger = service(portion=2)
    assert await purger.purge() == {"mini": "done"}
    assert await left(owner) == (1, 1, 3)
    entries = await owner.fetch("SELECT actor, detail::text AS detail FROM privacy.audit WHERE action = 'purge'")
    assert {entry["actor"] for entry in entries} == {"careline_insight"}
    assert sum(json.loads(entry["detail"])["rows"]["turn log"] for entry in entries) == 15
    assert json.loads(entries[0]["detail"])["days"] == Retention().model_dump()
    assert purger.instruments.value("careline_purged_rows_total", kind="turn log") == 15
    assert purger.instruments.value("careline_purged_rows_total", kind="conversations") == 5
    assert purger.instruments.value("careline_purges_total", outcome="done") == 1
    await owner.execute(_CONVERSATION, "c-9", 400)
    assert await purger.purge() == {"mini": "rested"}
    assert (await left(owner))[0] == 2
    await owner.execute("UPDATE insight.purges SET at = at - interval '25 hours'")
    assert await purger.purge() == {"mini": "done"}
    assert (await left(owner))[0] == 1


async def test_two_do_not_purge_at_once(owner: Any, service: Callable[..., Purger], fresh_database: str) -> None:
    other = await asyncpg.connect(fresh_database)
    await other.execute(LOCK)
    assert await service().purge() == {"mini": "busy"}
    with pytest.raises(CommandError, match="else is purging"):
        await purge(owner, "mini", "dora", dry_run=False)
    assert await left(owner) == (6, 6, 18)
    await other.execute(UNLOCK)
    await other.close()
    ended = await asyncio.gather(*(service(portion=1).purge() for _ in range(3)))
    # However they meet, what is old is gone, and nothing was counted twice.
    assert {one["mini"] for one in ended} <= {"done", "busy", "rested"}
    while (await service(portion=1).purge())["mini"] not in ("done", "rested"):
        pass
    assert await left(owner) == (1, 1, 3)
    audited = await owner.fetchval("SELECT sum((detail #>> '{rows,turn log}')::int) FROM privacy.audit")
    assert audited == 15


async def test_the_pack_says_how_old_is_old_and_the_service_cannot(owner: Any, fresh_database: str) -> None:
    await owner.execute(
        "UPDATE control.packs SET document = jsonb_set(document::jsonb, '{policy,retention}', "
        '\'{"conversations": 500, "turn_log": 401}\')::json'
    )
    stolen = await asyncpg.connect(as_service(fresh_database, "insight"))
    assert json.loads(await stolen.fetchval("SELECT insight.purge_due('mini', '0', 1000)"))["state"] == "done"
    assert await left(owner) == (6, 6, 18)
    assert json.loads(await stolen.fetchval("SELECT insight.purge_due('nobody', '0', 9)")) == {"state": "unknown"}
    for statement in (
        "SELECT insight.purge('mini', 'me', 9)",
        "DELETE FROM gateway.entries",
        "DELETE FROM insight.turn_log",
        "UPDATE insight.purges SET at = '2020-01-01'",
        "SELECT * FROM privacy.audit",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await stolen.execute(statement)
    await stolen.close()


async def test_the_service_does_it_by_itself(owner: Any, service: Callable[..., Purger]) -> None:
    never = service(every=timedelta(0), first_s=0, look_s=0.01)
    purger = service(first_s=0, look_s=0.01)
    await never.start()
    await until(lambda: asyncio.sleep(0, True))
    assert await left(owner) == (6, 6, 18)
    await purger.start()

    async def gone() -> bool:
        return await left(owner) == (1, 1, 3)

    await until(gone)
    await owner.execute("ALTER FUNCTION insight.purge_due RENAME TO away")

    async def troubled() -> bool:
        return purger.health().detail != ""

    await until(troubled)
    assert purger.health().ok
    await owner.execute("ALTER FUNCTION insight.away RENAME TO purge_due")

    async def well() -> bool:
        return purger.health().detail == ""

    await until(well)
    await purger.stop()
    await never.stop()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


_CONVERSATION = """
INSERT INTO gateway.conversations (tenant, id, epoch, owner, version, position, updated_at, state)
VALUES ('mini', $1, 0, 'bot', 1, 1, now() - make_interval(days => $2), '{}')
"""
_ENTRY = """
INSERT INTO gateway.entries (tenant, conversation, position, kind, body, at)
VALUES ('mini', $1, 1, 'message', '{}', now())
"""
_LOGGED = """
INSERT INTO insight.turn_log (event_id, tenant, conversation, turn, epoch, round, topic, type, at, trace, body)
VALUES ($1, 'mini', $2, 't', 0, 0, 'x', 'y', now() - make_interval(days => $3), '', '{}')
"""
