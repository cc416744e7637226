"""One tenant never sees another's rows, whatever a service asks: row-level security with the services' own roles."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio
from tests.fixtures.databases import furnish, owner_of

from careline.storage import AccessDenied, Database
from careline.storage.migrate import migrate
from careline.storage.roles import SERVICES, ensure_roles, role_of
from careline.tenants.copies import copy_tenant
from careline.tenants.fill import RowOptions
from careline.tenants.load import load_pack
from careline.tenants.publish import publish
from careline.tenants.registry import Registry

pytestmark = pytest.mark.integration

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
PASSWORD = "for-tests-only"
READ = "SELECT DISTINCT tenant FROM biz_mini.members"


async def five_members(url: str) -> None:
    async with owner_of(url) as owner:
        await ensure_roles(owner, {})
        await migrate(owner)
        await publish(load_pack(MINI), owner, rows=RowOptions(folder=MINI, customers=5, environ={}))


@pytest_asyncio.fixture
async def url(fresh_database: str) -> str:
    await furnish(fresh_database, "five members of the library", five_members)
    owner = await asyncpg.connect(fresh_database)
    await ensure_roles(owner, dict.fromkeys(SERVICES, PASSWORD))
    await copy_tenant(owner, "mini", "mini~2")
    await owner.close()
    return fresh_database


def as_service(url: str, service: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role_of(service)}:{PASSWORD}@{host}"))


@pytest_asyncio.fixture
async def executor(url: str) -> AsyncIterator[Database]:
    database = await Database.connect(as_service(url, "executor"), application="executor", max_size=2)
    yield database
    await database.stop()


async def tenants_seen(connection: Any) -> list[str]:
    return [row["tenant"] for row in await connection.fetch(READ)]


async def test_a_service_sees_its_tenant_and_no_other(executor: Database) -> None:
    for tenant in ("mini", "mini~2"):
        async with executor.tenant(tenant, readonly=True) as connection:
            assert await tenants_seen(connection) == [tenant]
    async with executor.tenant("nobody") as connection:
        assert await tenants_seen(connection) == []


async def test_without_a_tenant_there_is_nothing(executor: Database) -> None:
    assert await tenants_seen(executor.pool) == []
    async with executor.tenant("mini"):
        pass
    for _ in range(3):  # also on a connection that had a tenant before
        assert await tenants_seen(executor.pool) == []


async def test_writes_stay_inside_of_the_tenant(executor: Database) -> None:
    async with executor.tenant("mini") as connection:
        await connection.execute("UPDATE biz_mini.members SET points = 1000")
        assert await connection.execute("DELETE FROM biz_mini.loans WHERE tenant = 'mini~2'") == "DELETE 0"
    async with executor.tenant("mini~2") as connection:
        assert await connection.fetchval("SELECT max(points) FROM biz_mini.members") < 1000


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO biz_mini.loans (tenant, number, member_id, title, status, due) "
        "VALUES ('mini~2', 'x', 'M-1', 't', 'open', now())",
        "UPDATE biz_mini.members SET tenant = 'mini~2' WHERE id = 'M-1'",
        "ALTER TABLE biz_mini.members DISABLE ROW LEVEL SECURITY",
        "DROP POLICY one_tenant ON biz_mini.members",
        "TRUNCATE biz_mini.loans",
        "SET ROLE careline_verifier",
    ],
)
async def test_rows_cannot_be_pushed_over_and_the_fence_not_be_removed(executor: Database, statement: str) -> None:
    with pytest.raises(AccessDenied):
        async with executor.tenant("mini") as connection:
            await connection.execute(statement)


@pytest.mark.parametrize("service", ["classifier", "retrieval", "verifier"])
async def test_readers_read_and_cannot_write(url: str, service: str) -> None:
    database = await Database.connect(as_service(url, service), application=service, max_size=1)
    async with database.tenant("mini", schema="biz_mini") as connection:
        assert await connection.fetchval("SELECT count(*) FROM members") == 5
    for statement in ("UPDATE members SET points = 0", "DELETE FROM loans", "INSERT INTO members (id) VALUES ('x')"):
        with pytest.raises(AccessDenied):
            async with database.tenant("mini", schema="biz_mini") as connection:
                await connection.execute(statement)
    await database.stop()


@pytest.mark.parametrize("service", ["gateway", "insight"])
async def test_others_see_no_business_row_at_all(url: str, service: str) -> None:
    database = await Database.connect(as_service(url, service), application=service, max_size=1)
    with pytest.raises(AccessDenied):
        async with database.tenant("mini") as connection:
            await tenants_seen(connection)
    assert (await Registry(database.pool).pack("mini")).name == "mini"
    await database.stop()


async def test_an_owner_that_is_no_superuser_can_publish_and_copy(url: str) -> None:
    admin = await asyncpg.connect(url)
    name = urlsplit(url).path[1:]
    role = f"owner_{name}"
    await admin.execute(f"CREATE ROLE {role} LOGIN CREATEROLE PASSWORD '{PASSWORD}'")
    fresh = f"{name}_o"
    await admin.execute(f"CREATE DATABASE {fresh} OWNER {role} TEMPLATE template0")
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    target = parts._replace(path=f"/{fresh}")
    # Extensions need a superuser; whoever runs such a database creates them beforehand.
    extend = await asyncpg.connect(urlunsplit(target))
    await extend.execute("CREATE EXTENSION vector")
    await extend.close()
    owner = await asyncpg.connect(urlunsplit(target._replace(netloc=f"{role}:{PASSWORD}@{host}")))
    try:
        await migrate(owner)
        done = await publish(load_pack(MINI), owner, rows=RowOptions(folder=MINI, customers=5, environ={}))
        assert done.rows["members"] == 5
        assert await copy_tenant(owner, "mini", "mini~2") == sum(done.rows.values())
    finally:
        await owner.close()
        await admin.execute(f"DROP DATABASE {fresh} WITH (FORCE)")
        await admin.execute(f"DROP ROLE {role}")
        await admin.close()
