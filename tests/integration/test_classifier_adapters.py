"""The classifier's ports on a real Postgres (with its own role) and a real Redis: facts, records, trained minds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from tests.fixtures.library import MINI, library_pack
from tests.fixtures.operations import as_role, prepare
from tests.fixtures.understanding import NOW, LetterEncoder

from careline.contracts.understanding import CustomerFacts
from careline.operations.situation import situation
from careline.storage import AccessDenied, Database
from careline.tenants.fill import RowOptions
from careline.tenants.model import ArgumentSpec, FromRecord
from careline.tenants.prepared import PreparedPacks
from careline.tenants.publish import publish
from careline_classifier.adapters.facts import CachedFacts, redis_client
from careline_classifier.adapters.minds import MindStore
from careline_classifier.adapters.records import PostgresRecords
from careline_classifier.domain.mind import Mind

pytestmark = pytest.mark.integration

PACK = library_pack()
CUSTOMER = "M-1"
KEY, GENERATION = f"careline:facts:mini:{CUSTOMER}", f"careline:facts-generation:mini:{CUSTOMER}"
# Nothing listens there.
NO_REDIS = "redis://127.0.0.1:9/0"


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    await prepare(fresh_database, PACK, MINI, ("mini", "mini~copy"))
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def database(fresh_database: str, owner: asyncpg.Connection) -> AsyncIterator[Database]:
    opened = await Database.connect(as_role(fresh_database, "classifier"), application="classifier-test")
    yield opened
    await opened.stop()


async def give_points(owner: asyncpg.Connection, points: int, tenant: str = "mini") -> None:
    async with owner.transaction():
        await owner.execute("SELECT set_config('careline.tenant', $1, true)", tenant)
        await owner.execute(
            "UPDATE biz_mini.members SET points = $1 WHERE id = $2 AND tenant = $3", points, CUSTOMER, tenant
        )


@pytest_asyncio.fixture
async def facts(database: Database, fresh_redis: str) -> AsyncIterator[CachedFacts]:
    cached = CachedFacts(database, redis_client(fresh_redis), 60)
    yield cached
    await cached.close()


async def points(facts: CachedFacts, tenant: str = "mini") -> object:
    return (await facts.of(tenant, PACK, CUSTOMER)).values["points"]


async def test_facts_are_kept_until_they_are_invalidated(
    facts: CachedFacts, owner: asyncpg.Connection, fresh_redis: str
) -> None:
    await give_points(owner, 41)
    assert await points(facts) == 41
    await give_points(owner, 42)
    assert await points(facts) == 41
    async with Redis.from_url(fresh_redis) as redis:
        assert 0 < await redis.ttl(KEY) <= 60
        # What the executor does after a commit.
        await redis.incr(GENERATION)
        await redis.delete(KEY)
    assert await points(facts) == 42


async def test_facts_read_before_a_commit_are_not_stored_after_it(
    facts: CachedFacts, owner: asyncpg.Connection, fresh_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give_points(owner, 41)
    async with Redis.from_url(fresh_redis) as redis:
        reading, look = facts._look, facts._look

        async def slow(keys: list[str]) -> object:
            found = await reading(keys)
            # Between looking and storing, an operation commits.
            await redis.incr(GENERATION)
            await redis.delete(KEY)
            return found

        monkeypatch.setattr(facts, "_look", slow)
        assert await points(facts) == 41
        assert await redis.get(KEY) is None
        monkeypatch.setattr(facts, "_look", look)
        await give_points(owner, 42)
        assert await points(facts) == 42


async def test_facts_are_one_tenant_s_own(facts: CachedFacts, owner: asyncpg.Connection) -> None:
    await give_points(owner, 41)
    await give_points(owner, 7, tenant="mini~copy")
    assert (await points(facts), await points(facts, "mini~copy")) == (41, 7)


async def test_another_pack_version_does_not_take_over_cached_facts(facts: CachedFacts) -> None:
    await points(facts)
    newer = PACK.model_copy(update={"version": "another"})
    assert (await facts.of("mini", newer, CUSTOMER)).known
    stored = await facts.of("mini", newer, CUSTOMER)
    assert stored.values["points"] is not None


async def test_without_redis_facts_are_read_each_time(database: Database, owner: asyncpg.Connection) -> None:
    facts = CachedFacts(database, redis_client(NO_REDIS), 60)
    await give_points(owner, 41)
    assert await points(facts) == 41
    await give_points(owner, 42)
    assert await points(facts) == 42
    await facts.close()


async def test_rubbish_in_the_cache_is_read_over(facts: CachedFacts, fresh_redis: str) -> None:
    async with Redis.from_url(fresh_redis) as redis:
        await redis.set(KEY, b"\xff not json")
    assert (await facts.of("mini", PACK, CUSTOMER)).known


async def test_strangers_and_visitors_have_no_facts(facts: CachedFacts) -> None:
    assert await facts.of("mini", PACK, None) == CustomerFacts()
    assert not (await facts.of("mini", PACK, "M-nobody")).known


async def test_records_are_the_customer_s_own_and_look_ups_are_bounded_to_the_tenant(database: Database) -> None:
    records = PostgresRecords(database)
    now = situation(PACK, NOW, CUSTOMER)
    source = FromRecord.model_validate({"table": "loans", "column": "number", "where": {"member_id": "$customer"}})
    own = await records.recorded("mini", PACK, source, now)
    assert len(own) == 2  # two are enough to know that there is not only one
    assert await records.recorded("mini", PACK, source, replace(now, customer="M-0")) == []
    assert await records.recorded("elsewhere", PACK, source, now) == []
    look_up = ArgumentSpec.model_validate(
        {"type": "lookup", "label": "x", "ask": "?", "table": "members", "column": "name"}
    )
    names = await records.known("mini", PACK, look_up, now)
    assert len(names) == len(set(names)) > 3
    assert await records.known("elsewhere", PACK, look_up, now) == ()


async def test_the_classifier_cannot_write(database: Database) -> None:
    with pytest.raises(AccessDenied):
        async with database.tenant("mini") as connection:
            await connection.execute("UPDATE biz_mini.members SET points = 1")


async def test_a_new_version_is_learnt_while_the_old_one_serves(
    database: Database, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    store, go = MindStore(tmp_path, LetterEncoder()), asyncio.Event()
    go.set()

    async def prepare(pack: object) -> Mind:
        await go.wait()
        return await asyncio.to_thread(store.load_or_train, pack)  # type: ignore[arg-type]

    minds = PreparedPacks(database, prepare)
    await minds.start()
    try:
        before, _ = await minds.of("mini")
        assert minds.health().ok
        go.clear()
        document = PACK.document()
        document["replies"]["human"]["examples"]["en"].append("fetch me the librarian")
        newer = type(PACK).model_validate(document)
        await publish(newer, owner, tenant="mini", rows=RowOptions(folder=MINI, customers=8, seed=1, environ={}))
        await until(lambda: not minds.health().ok)
        assert (await minds.of("mini"))[0].version == before.version
        go.set()
        await until(lambda: minds.health().ok)
        pack, mind = await minds.of("mini")
        assert pack.version == newer.sealed().version != before.version
        assert mind.reflex.heads
    finally:
        await minds.stop()


async def test_a_version_that_cannot_be_learnt_is_told_and_the_others_serve(database: Database) -> None:
    async def prepare(pack: object) -> Mind:
        raise ValueError("no examples")

    minds = PreparedPacks(database, prepare)
    await minds.start()
    try:
        assert not minds.health().ok
        assert "no examples" in minds.health().detail
        with pytest.raises(OSError, match="could not be prepared"):
            await minds.of("mini")
    finally:
        await minds.stop()


def test_heads_are_read_back_as_they_were_and_broken_files_are_made_again(tmp_path: Path) -> None:
    encoder = LetterEncoder()
    first = MindStore(tmp_path, encoder).load_or_train(PACK)
    files = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.npz")}
    again = MindStore(tmp_path, encoder).load_or_train(PACK)
    assert files == {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.npz")}
    masked = first.reflex.mask("extend ML-1001 by 14 days")
    one, other = (mind.reflex.read(masked, encoder.encode(masked)).ranking[0] for mind in (first, again))
    assert one.intent == other.intent
    assert one.score == pytest.approx(other.score, abs=0.02)
    next(tmp_path.glob("*answers.npz")).write_bytes(b"half a file")
    assert MindStore(tmp_path, encoder).load_or_train(PACK).answers.exact("yes") is not None


async def until(condition: object) -> None:
    for _ in range(200):
        if condition():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to pass within ten seconds")
