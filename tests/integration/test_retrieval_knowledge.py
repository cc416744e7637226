"""The guide in a real Postgres: synchronised, searched in both languages, switched while it is served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from careline.models.encoder import Embedding, Encoder
from careline.storage import Database
from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.publish import publish
from careline_retrieval.adapters.knowledge import PostgresKnowledge
from careline_retrieval.adapters.sync import KnowledgeSync
from careline_retrieval.domain.index import terms_of

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    with Encoder.load(ROOT / ".local/encoder") as loaded:
        yield loaded


class Counting:
    """The encoder, counting what it is asked to embed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.asked = 0

    async def encode_async(self, text: str) -> Embedding:
        self.asked += 1
        return await self._encoder.encode_async(text)


@pytest.fixture
async def owner(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database)
    await ensure_roles(connection, {})
    await migrate(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def database(fresh_database: str, owner: asyncpg.Connection) -> AsyncIterator[Database]:
    opened = await Database.connect(fresh_database, application="retrieval-test")
    yield opened
    await opened.stop()


def mini() -> Pack:
    return load_pack(ROOT / "tests/data/packs/mini")


async def top(knowledge: PostgresKnowledge, encoder: Encoder, pack: Pack, text: str, language: str) -> str:
    found = await knowledge.search(pack, language, encoder.encode(text).tolist(), sorted(set(terms_of(text))), 3)
    return found[0].id


async def test_the_guide_is_found_by_its_own_questions_in_both_languages(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = mini()
    await publish(pack, owner)
    knowledge = PostgresKnowledge(database)
    sync = KnowledgeSync(database, knowledge, encoder, every=60)
    await sync.start()
    try:
        assert sync.health().ok
        for passage in pack.guide:
            for asked in (passage.question, *passage.asked):
                if asked:
                    assert await top(knowledge, encoder, pack, asked, passage.language) == passage.id, asked
        # A language without a guide gets the default language's.
        found = await knowledge.search(pack, "fr", encoder.encode(pack.guide[0].text).tolist(), [], 1)
        assert found[0].language == pack.default_language
    finally:
        await sync.stop()


async def test_a_new_version_is_searched_without_a_restart_and_only_what_changed_is_embedded(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = mini()
    await publish(pack, owner)
    counting, knowledge = Counting(encoder), PostgresKnowledge(database)
    sync = KnowledgeSync(database, knowledge, counting, every=0.05)
    await sync.start()
    try:
        first, asked = knowledge.version(pack.name), counting.asked
        changed = pack.guide[0].model_copy(update={"text": "Zebras may not be lent on Tuesdays."})
        await publish(pack.model_copy(update={"guide": (changed, *pack.guide[1:])}), owner)
        for _ in range(200):
            if knowledge.version(pack.name) != first:
                break
            await asyncio.sleep(0.05)
        assert 1 <= counting.asked - asked <= 3
        found = await knowledge.search(
            pack, changed.language, encoder.encode("zebras on Tuesdays").tolist(), terms_of("zebras on Tuesdays"), 1
        )
        assert found[0].text == changed.text
    finally:
        await sync.stop()


async def test_replicas_that_start_together_store_a_version_once(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = mini()
    await publish(pack, owner)
    syncs = [KnowledgeSync(database, PostgresKnowledge(database), encoder, every=60) for _ in range(3)]
    await asyncio.gather(*(sync.start() for sync in syncs))
    assert all(sync.health().ok for sync in syncs)
    assert await owner.fetchval("SELECT count(*) FROM knowledge.passages") == len(pack.guide)
    for sync in syncs:
        await sync.stop()


async def test_a_pack_without_a_guide_finds_nothing(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = mini().model_copy(update={"guide": ()})
    await publish(pack, owner)
    knowledge = PostgresKnowledge(database)
    sync = KnowledgeSync(database, knowledge, encoder, every=60)
    await sync.start()
    assert await knowledge.search(pack, "en", [0.1] * 384, ["x"], 3) == ()
    await sync.stop()


async def test_a_version_that_was_indexed_in_another_way_is_made_anew(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = mini()
    await publish(pack, owner)
    for weight in (-1.0, -2.0):
        sync = KnowledgeSync(database, PostgresKnowledge(database), encoder, every=60)
        await sync.start()
        await sync.stop()
        assert await owner.fetchval("SELECT min(weight) FROM knowledge.terms") > 0
        assert await owner.fetchval("SELECT count(*) FROM knowledge.passages") == len(pack.guide)
        # As if an earlier program had stored it.
        await owner.execute("UPDATE knowledge.terms SET weight = $1", weight)
        await owner.execute("UPDATE knowledge.versions SET scheme = 1")
