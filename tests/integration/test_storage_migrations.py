"""Migrations and roles on a real Postgres: once, in order, safely at the same time, and never silently different."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from careline.storage.components import BadMigrationFile, Migration, installed, read_folder
from careline.storage.migrate import ChecksumDrift, DatabaseAhead, MigrationFailed, migrate, pending
from careline.storage.roles import SERVICES, RolesError, ensure_roles, role_of

pytestmark = pytest.mark.integration

FIRST = Migration("demo", 1, "first", "CREATE TABLE public.one (id int);")
SECOND = Migration("demo", 2, "second", "CREATE TABLE public.two (id int);")


@pytest_asyncio.fixture
async def owner(fresh_database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_database)
    yield connection
    await connection.close()


async def test_each_migration_is_applied_once_and_in_order(owner: asyncpg.Connection) -> None:
    assert await pending(owner, [FIRST, SECOND]) == (FIRST, SECOND)
    assert await migrate(owner, [FIRST]) == (FIRST,)
    assert await migrate(owner, [FIRST, SECOND]) == (SECOND,)
    assert await migrate(owner, [FIRST, SECOND]) == ()
    assert await pending(owner, [FIRST, SECOND]) == ()


async def test_a_changed_file_is_refused_by_name(owner: asyncpg.Connection) -> None:
    await migrate(owner, [FIRST])
    changed = Migration("demo", 1, "first", FIRST.sql + " -- harmless")
    with pytest.raises(ChecksumDrift, match=r"demo/0001_first\.sql was changed.*new one"):
        await migrate(owner, [changed, SECOND])
    assert await owner.fetchval("SELECT to_regclass('public.two')") is None


async def test_a_database_newer_than_the_checkout_is_refused(owner: asyncpg.Connection) -> None:
    await migrate(owner, [FIRST, SECOND])
    with pytest.raises(DatabaseAhead, match="demo/0002_second"):
        await migrate(owner, [FIRST])


async def test_a_failing_file_leaves_nothing_and_says_where(owner: asyncpg.Connection) -> None:
    broken = Migration("demo", 2, "broken", "CREATE TABLE public.half (id int);\nCREATE TABEL oops (id int);")
    with pytest.raises(MigrationFailed, match=r"demo/0002_broken\.sql, line 2: .*TABEL"):
        await migrate(owner, [FIRST, broken])
    assert await owner.fetchval("SELECT to_regclass('public.half')") is None
    assert await owner.fetchval("SELECT to_regclass('public.one')") is not None
    assert await migrate(owner, [FIRST, SECOND]) == (SECOND,)  # and the lock is free again


async def test_two_migrations_at_once_apply_each_file_once(fresh_database: str) -> None:
    slow = Migration("demo", 1, "slow", "SELECT pg_sleep(0.2); CREATE TABLE public.slow (id int);")
    connections = [await asyncpg.connect(fresh_database) for _ in range(4)]
    applied = await asyncio.gather(*(migrate(connection, [slow, SECOND]) for connection in connections))
    assert sorted(map(len, applied)) == [0, 0, 0, 2]
    for connection in connections:
        await connection.close()


async def test_two_full_installations_at_once_are_safe(fresh_database: str) -> None:
    async def install() -> None:
        connection = await asyncpg.connect(fresh_database)
        await ensure_roles(connection, {})
        await migrate(connection)
        await connection.close()

    await asyncio.gather(install(), install(), install())
    connection = await asyncpg.connect(fresh_database)
    assert await pending(connection) == ()
    await connection.close()


async def test_roles_log_in_with_their_password_and_own_nothing(owner: asyncpg.Connection, fresh_database: str) -> None:
    await ensure_roles(owner, dict.fromkeys(SERVICES, "it's a pass'word"))
    await ensure_roles(owner, {})  # keeps the passwords
    await migrate(owner)
    parts = urlsplit(fresh_database)
    host = parts.netloc.rpartition("@")[2]
    for service in SERVICES:
        url = urlunsplit(parts._replace(netloc=f"{role_of(service)}:it%27s%20a%20pass%27word@{host}"))
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM control.tenants") == 0
        assert await connection.fetchval("SHOW statement_timeout") == "5s"
        for forbidden in ("INSERT INTO control.packs VALUES ('x', 'y', '{}')", "CREATE TABLE public.mine (id int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
        await connection.close()
    flags = await owner.fetch(
        "SELECT rolsuper OR rolbypassrls AS mighty FROM pg_roles WHERE rolname LIKE 'careline\\_%'"
    )
    assert [row["mighty"] for row in flags] == [False] * len(SERVICES)


async def test_a_password_for_nobody_is_an_error(owner: asyncpg.Connection) -> None:
    with pytest.raises(RolesError, match="desk"):
        await ensure_roles(owner, {"desk": "x"})


def test_file_names_have_to_form_a_sequence(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "migrations").mkdir()
    (folder / "migrations" / "0001_first.sql").write_text("SELECT 1;")
    (folder / "migrations" / "0003_third.sql").write_text("SELECT 1;")
    with pytest.raises(BadMigrationFile, match="0002_<name>"):
        read_folder("demo", folder)


def test_the_control_schema_comes_first() -> None:
    assert str(installed()[0]) == "storage/0001_control.sql"
    assert installed(("no_such_package_here",)) == ()
