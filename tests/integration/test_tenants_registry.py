"""The registry follows publications without a restart, and keeps serving while the database is away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.databases import furnish, owner_of

from careline.storage import Database, DatabaseUnavailable
from careline.storage.migrate import migrate
from careline.storage.roles import ensure_roles
from careline.tenants.copies import copy_tenant, drop_tenant
from careline.tenants.errors import PackUnreadable, UnknownTenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.tenants.publish import publish
from careline.tenants.registry import Registry

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
ROWS = RowOptions(folder=MINI, customers=5, environ={})


class Clock:
    """Seconds that pass when the test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[Any]:
    async def fill(url: str) -> None:
        async with owner_of(url) as owner:
            await ensure_roles(owner, {})
            await migrate(owner)
            await publish(load_pack(MINI), owner, rows=ROWS)

    await furnish(fresh_database, "the library as the registry finds it", fill)
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def database(fresh_database: str, owner: Any) -> AsyncIterator[Database]:
    database = await Database.connect(fresh_database, application="test", max_size=2)
    yield database
    await database.stop()


def second_version() -> Pack:
    pack = load_pack(MINI)
    return pack.model_copy(update={"tenant": pack.tenant.model_copy(update={"rounds": 5})}).sealed()


async def test_the_published_pack_is_the_loaded_one(database: Database) -> None:
    pack = await Registry(database.pool).pack("mini")
    assert pack == load_pack(MINI)
    assert pack.operations["return_book"].arguments["loan"].type == "identifier"
    assert len(pack.version) == 16
    # Questions are asked, and rows are read, in the pack's own order.
    assert list(pack.operations["extend_loan"].arguments) == ["loan", "days"]
    assert list(pack.operations["extend_loan"].reads) == ["loan", "open"]


async def test_a_new_version_is_seen_within_a_second(database: Database, owner: Any) -> None:
    clock = Clock()
    registry = Registry(database.pool, clock=clock)
    old = await registry.pack("mini")
    await publish(second_version(), owner, rows=ROWS)
    clock.now = 0.5
    assert (await registry.pack("mini")).version == old.version
    clock.now = 1.0
    assert (await registry.pack("mini")).rounds == 5


async def test_unknown_and_dropped_tenants(database: Database, owner: Any) -> None:
    clock = Clock()
    registry = Registry(database.pool, clock=clock)
    with pytest.raises(UnknownTenant, match="nobody"):
        await registry.pack("nobody")
    await copy_tenant(owner, "mini", "mini~1")
    copy = await registry.pack("mini~1")
    assert copy is await registry.pack("mini")  # one version, parsed once
    await drop_tenant(owner, "mini~1")
    clock.now = 1.0
    with pytest.raises(UnknownTenant):
        await registry.pack("mini~1")


async def test_packs_in_use(database: Database, owner: Any) -> None:
    registry = Registry(database.pool)
    await copy_tenant(owner, "mini", "mini~1")
    assert [pack.version for pack in await registry.packs()] == [load_pack(MINI).version]
    await publish(second_version(), owner, rows=ROWS)
    assert {pack.rounds for pack in await registry.packs()} == {2, 5}
    assert set(await registry.tenants()) == {"mini", "mini~1"}


async def test_many_at_once_parse_a_version_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from careline.tenants import registry as module

    calls = []
    real = module.parse_pack

    def parse(key: tuple[str, str], document: str | None) -> Pack:
        calls.append(key)
        return real(key, document)

    monkeypatch.setattr(module, "parse_pack", parse)
    registry = Registry(database.pool)
    packs = await asyncio.gather(*(registry.pack("mini") for _ in range(20)))
    assert len({id(pack) for pack in packs}) == 1
    assert len(calls) == 1


async def test_while_the_database_is_away_known_tenants_stay(database: Database) -> None:
    clock = Clock()
    registry = Registry(database.pool, clock=clock)
    pack = await registry.pack("mini")
    await database.stop()
    clock.now = 5.0
    assert await registry.pack("mini") is pack
    with pytest.raises(DatabaseUnavailable):
        await registry.pack("mini~1")


async def test_a_document_of_another_release_is_named(database: Database, owner: Any) -> None:
    await owner.execute("UPDATE control.packs SET document = (document::jsonb - 'replies')::json")
    with pytest.raises(PackUnreadable, match=r"pack mini.*replies.*publish the pack again"):
        await Registry(database.pool).pack("mini")


async def test_publishing_notifies_whoever_listens(owner: Any, fresh_database: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(fresh_database)
    await listener.add_listener("careline_tenants", lambda *message: heard.put_nowait(str(message[3])))
    await publish(load_pack(MINI), owner, rows=ROWS)  # nothing new, so nothing is said
    await publish(second_version(), owner, rows=ROWS)
    assert await asyncio.wait_for(heard.get(), 30) == "mini"
    await listener.close()
    assert heard.empty()
