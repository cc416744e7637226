"""The guide in a real Postgres: stored, searched in both languages, switched while it is served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding, Encoder
from careline.storage import Database
from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.prepared import PreparedPacks
from careline.tenants.publish import publish
from careline_retrieval.adapters.guides import ResidentGuide, prepared_guides
from careline_retrieval.adapters.knowledge import StoredGuide
from careline_retrieval.domain.index import terms_of
from careline_retrieval.ports import Guide, TextEncoder

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING, NOTHING = 20_000, 0


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


def pack_of(name: str) -> Pack:
    return load_pack(ROOT / name)


MINI = "tests/data/packs/mini"


@asynccontextmanager
async def started(
    database: Database, encoder: TextEncoder, resident: int = EVERYTHING
) -> AsyncIterator[PreparedPacks[Guide]]:
    guides = prepared_guides(database, encoder, resident)
    await guides.start()
    try:
        yield guides
    finally:
        await guides.stop()


async def ask(guide: Guide, encoder: Encoder, text: str, language: str, most: int = 3) -> tuple[Passage, ...]:
    return await guide.search(language, encoder.encode(text), sorted(set(terms_of(text))), most)


@pytest.mark.parametrize(("resident", "kind"), [(EVERYTHING, ResidentGuide), (NOTHING, StoredGuide)])
async def test_the_guide_is_found_by_its_own_questions_in_both_languages(
    owner: asyncpg.Connection, database: Database, encoder: Encoder, resident: int, kind: type
) -> None:
    pack = pack_of(MINI)
    await publish(pack, owner)
    async with started(database, encoder, resident) as guides:
        assert guides.health().ok
        _, guide = await guides.of(pack.name)
        assert isinstance(guide, kind)
        for passage in pack.guide:
            for asked in (passage.question, *passage.asked):
                if asked:
                    assert (await ask(guide, encoder, asked, passage.language))[0].id == passage.id, asked
        # A language without a guide gets the default language's.
        found = await ask(guide, encoder, pack.guide[0].text, "fr", 1)
        assert found[0].language == pack.default_language


async def test_memory_and_database_find_the_same_in_the_same_order(
    owner: asyncpg.Connection, database: Database, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What memory has learnt besides, the database does not know.
    monkeypatch.setattr("careline_retrieval.domain.resident.MOST_LEARNT", 0)
    pack = pack_of("tenants/shop")
    await publish(pack, owner)
    async with started(database, encoder, EVERYTHING) as small, started(database, encoder, NOTHING) as large:
        (_, resident), (_, stored) = await small.of(pack.name), await large.of(pack.name)
        for passage in pack.guide:
            asked = " ".join((passage.title, passage.text[:60], "zebra"))
            here = await ask(resident, encoder, asked, passage.language)
            there = await ask(stored, encoder, asked, passage.language)
            assert [found.id for found in here] == [found.id for found in there], asked
            for one, other in zip(here, there, strict=True):
                assert one.score == pytest.approx(other.score, abs=2e-4)
                assert one.model_copy(update={"score": 0.0, "similarity": 0.0}) == other.model_copy(
                    update={"score": 0.0, "similarity": 0.0}
                )


async def test_a_new_version_is_searched_without_a_restart_and_only_what_changed_is_embedded(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = pack_of(MINI)
    await publish(pack, owner)
    counting = Counting(encoder)
    async with started(database, counting) as guides:
        first, _ = await guides.of(pack.name)
        asked = counting.asked
        changed = pack.guide[0].model_copy(update={"text": "Zebras may not be lent on Tuesdays."})
        await publish(pack.model_copy(update={"guide": (changed, *pack.guide[1:])}), owner)
        for _ in range(200):
            now, guide = await guides.of(pack.name)
            if now.version != first.version:
                break
            await asyncio.sleep(0.05)
        assert 1 <= counting.asked - asked <= 3
        found = await ask(guide, encoder, "zebras on Tuesdays", changed.language, 1)
        assert found[0].text == changed.text


async def test_two_tenants_on_different_versions_of_a_pack_each_search_their_own(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = pack_of(MINI)
    await publish(pack, owner)
    changed = pack.guide[0].model_copy(update={"text": "Zebras may not be lent on Tuesdays."})
    await publish(pack.model_copy(update={"guide": (changed, *pack.guide[1:])}), owner, tenant="second")
    async with started(database, encoder) as guides:
        for tenant, text in (("second", changed.text), (pack.name, pack.guide[0].text), ("second", changed.text)):
            _, guide = await guides.of(tenant)
            assert (await ask(guide, encoder, text, changed.language, 1))[0].text == text


async def test_replicas_that_start_together_store_a_version_once(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = pack_of(MINI)
    await publish(pack, owner)
    async with started(database, encoder) as one, started(database, encoder) as other:
        assert one.health().ok
        assert other.health().ok
    passages = {(passage.language, passage.id) for passage in pack.guide}
    rows = await owner.fetch("SELECT language, passage, digest FROM knowledge.variants")
    assert {(row["language"], row["passage"]) for row in rows} == passages
    assert len({tuple(row) for row in rows}) == len(rows)


@pytest.mark.parametrize("resident", [EVERYTHING, -1])
async def test_a_pack_without_a_guide_finds_nothing(
    owner: asyncpg.Connection, database: Database, encoder: Encoder, resident: int
) -> None:
    pack = pack_of(MINI).model_copy(update={"guide": ()})
    await publish(pack, owner)
    async with started(database, encoder, resident) as guides:
        _, guide = await guides.of(pack.name)
        assert await ask(guide, encoder, "anything", "en") == ()


async def test_a_version_that_was_indexed_in_another_way_is_made_anew(
    owner: asyncpg.Connection, database: Database, encoder: Encoder
) -> None:
    pack = pack_of(MINI)
    await publish(pack, owner)
    for weight in (-1.0, -2.0):
        async with started(database, encoder):
            pass
        assert await owner.fetchval("SELECT min(weight) FROM knowledge.terms") > 0
        # As if an earlier program had stored it.
        await owner.execute("UPDATE knowledge.terms SET weight = $1", weight)
        await owner.execute("UPDATE knowledge.versions SET scheme = 1")
