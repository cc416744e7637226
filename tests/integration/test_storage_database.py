"""The pool, the tenant transaction and the errors on a real Postgres."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from careline.storage import (
    NOBODY,
    AccessDenied,
    ConstraintViolated,
    Database,
    DatabaseTimeout,
    DatabaseUnavailable,
    StatementRejected,
    TransactionConflict,
    TransientStorageError,
    fence_key,
    translated,
)
from careline.storage.session import NestedTransaction

pytestmark = pytest.mark.integration

_LOCKS = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest_asyncio.fixture
async def database(fresh_database: str) -> AsyncIterator[Database]:
    database = await Database.connect(fresh_database, application="test", max_size=4)
    await database.pool.execute("CREATE TABLE notes (id int PRIMARY KEY, body jsonb)")
    yield database
    await database.stop()


async def test_json_columns_are_python_values(database: Database) -> None:
    await database.pool.execute("INSERT INTO notes VALUES (1, $1)", {"a": ["ä", None, 1.5]})
    assert await database.pool.fetchval("SELECT body FROM notes") == {"a": ["ä", None, 1.5]}


async def test_a_tenant_transaction_sets_the_tenant_for_itself_only(database: Database) -> None:
    async with database.tenant("shop~eval-1", schema="pg_catalog") as connection:
        assert await connection.fetchval("SELECT current_setting('careline.tenant', true)") == "shop~eval-1"
        assert await connection.fetchval("SHOW search_path") == "pg_catalog"
    for _ in range(8):
        assert await database.pool.fetchval("SELECT current_setting('careline.tenant', true)") in (None, "")


async def test_an_error_inside_rolls_back_and_keeps_its_type(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.tenant("shop") as connection:
            await connection.execute("INSERT INTO notes VALUES (1, NULL)")
            raise LookupError
    assert await database.pool.fetchval("SELECT count(*) FROM notes") == 0


async def test_a_read_only_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(StatementRejected):
        async with database.tenant("shop", readonly=True) as connection:
            await connection.execute("INSERT INTO notes VALUES (1, NULL)")


async def test_a_tenant_needs_a_name(database: Database) -> None:
    with pytest.raises(ValueError, match="empty"):
        async with database.tenant(""):
            raise AssertionError


async def test_a_tenant_transaction_inside_another_is_refused_and_what_closes_the_outer_one_still_runs(
    database: Database,
) -> None:
    """Else its statements would run as the outer tenant, and the outer one's locks would be kept."""
    key, closing = fence_key("shop", "c-1"), "SELECT pg_advisory_unlock_all();"
    async with database.pool.acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", key)
        async with database.claimed(connection, "shop", NOBODY, closing=closing):
            with pytest.raises(NestedTransaction):
                async with database.claimed(connection, "other", NOBODY):
                    raise AssertionError
            async with connection.transaction():  # a savepoint
                assert await connection.fetchval("SELECT current_setting('careline.tenant', true)") == "shop"
    async with database.tenant("shop") as connection:
        assert await connection.fetchval(_LOCKS) == 0


async def test_constraints_are_named_without_quoting_the_row(database: Database) -> None:
    await database.pool.execute("CREATE TABLE people (email text CONSTRAINT one_email UNIQUE)")
    await database.pool.execute("INSERT INTO people VALUES ('ada@example.org')")
    with pytest.raises(ConstraintViolated) as caught:
        async with database.tenant("shop") as connection:
            await connection.execute("INSERT INTO people VALUES ('ada@example.org')")
    assert caught.value.constraint == "one_email"
    assert "ada@" not in str(caught.value)


async def test_waiting_for_a_lock_ends_as_transient(database: Database) -> None:
    async with database.tenant("shop") as holder:
        await holder.execute("LOCK TABLE notes")
        with pytest.raises(DatabaseTimeout) as caught:
            async with database.tenant("shop") as other:
                await other.execute("SET LOCAL lock_timeout = '50ms'")
                await other.execute("SELECT * FROM notes")
    assert isinstance(caught.value, TransientStorageError)


async def test_statement_and_lock_time_outs_are_set(database: Database) -> None:
    assert await database.pool.fetchval("SHOW statement_timeout") == "5s"
    assert await database.pool.fetchval("SHOW lock_timeout") == "3s"
    assert await database.pool.fetchval("SHOW idle_in_transaction_session_timeout") == "15s"


async def test_a_serialization_failure_is_a_conflict(database: Database) -> None:
    await database.pool.execute("INSERT INTO notes VALUES (1, 'null')")
    with pytest.raises(TransactionConflict):
        async with database.tenant("shop", isolation="repeatable_read") as slow:
            await slow.fetch("SELECT * FROM notes")
            await database.pool.execute("UPDATE notes SET body = '1'")
            await slow.execute("UPDATE notes SET body = '2'")


async def test_a_killed_connection_is_unavailable_and_the_pool_recovers(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.tenant("shop") as connection:
            pid = await connection.fetchval("SELECT pg_backend_pid()")
            await database.pool.execute("SELECT pg_terminate_backend($1)", pid)
            await connection.fetchval("SELECT 1")
    async with database.tenant("shop") as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_an_exhausted_pool_is_transient(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careline.storage.database.CONNECT_TIMEOUT_S", 0.2)
    database = await Database.connect(fresh_database, application="test", max_size=1)
    async with database.tenant("shop"):
        with pytest.raises(TransientStorageError):
            async with database.tenant("shop"):
                raise AssertionError
    await database.stop()


async def test_nobody_there_and_wrong_password(fresh_database: str, unused_tcp_port: int) -> None:
    with pytest.raises(DatabaseUnavailable):
        await Database.connect(f"postgresql://a:b@127.0.0.1:{unused_tcp_port}/x", application="test")
    host = fresh_database.rpartition("@")[2]
    with pytest.raises(AccessDenied):
        await Database.connect(f"postgresql://nobody:wrong@{host}", application="test")


async def test_stopped_means_unavailable(fresh_database: str) -> None:
    database = await Database.connect(fresh_database, application="test")
    assert database.health().ok
    await database.stop()
    assert not database.health().ok
    with pytest.raises(DatabaseUnavailable):
        _ = database.pool


async def test_health_follows_the_database(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careline.storage.database.PING_EVERY_S", 0.02)
    database = await Database.connect(fresh_database, application="test")
    monkeypatch.setattr(Database, "pool", property(lambda _: _Broken()))
    await _until(lambda: not database.health().ok)
    assert "gone" in database.health().detail
    monkeypatch.undo()
    await _until(lambda: database.health().ok)
    await database.stop()


async def test_the_fence_keeps_exclusive_and_shared_apart(database: Database) -> None:
    key = fence_key("shop", "c-1")
    async with database.tenant("shop") as takeover, database.tenant("shop") as commit:
        await takeover.execute("SELECT pg_advisory_xact_lock($1)", key)
        assert not await commit.fetchval("SELECT pg_try_advisory_xact_lock_shared($1)", key)
        assert await commit.fetchval("SELECT pg_try_advisory_xact_lock_shared($1)", fence_key("shop", "c-2"))


def test_fence_keys_are_stable_63_bit_numbers() -> None:
    assert fence_key("shop", "c-1") == 4979245260213480012
    keys = {fence_key("shop", f"c-{n}") for n in range(1000)} | {fence_key("shopc", "-1")}
    assert len(keys) == 1001
    assert all(0 <= key < 2**63 for key in keys)


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


class _Broken:
    async def fetchval(self, *_: object, **__: object) -> None:
        with translated():
            raise asyncpg.ConnectionDoesNotExistError("the server is gone")


class Heard:
    """The statements that a pool of one connection sends."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    def __call__(self, record: asyncpg.connection.LoggedQuery) -> None:
        self.queries.append(record.query)


async def test_a_transaction_begins_and_says_whose_it_is_in_one_round_trip(fresh_database: str) -> None:
    database, heard = await Database.connect(fresh_database, application="test", max_size=1), Heard()
    try:
        async with database.pool.acquire() as connection:
            connection.add_query_logger(heard)
            name = r"o'neil\'; DROP TABLE notes --"
            async with database.claimed(connection, name, NOBODY, "pg_catalog", closing="SELECT 'closed';"):
                await asyncio.sleep(0)  # it is told of a query a moment later
                assert len(heard.queries) == 1
                assert await connection.fetchval("SELECT current_setting('careline.tenant')") == name
                assert await connection.fetchval("SHOW search_path") == "pg_catalog"
            await asyncio.sleep(0)
            assert heard.queries[-1] == "COMMIT; SELECT 'closed';"
            before = len(heard.queries)
            async with connection.transaction():
                assert await connection.fetchval("SELECT current_setting('careline.tenant', true)") in (None, "")
            await asyncio.sleep(0)
            assert heard.queries[before:][0] == "BEGIN;"
            assert heard.queries[-1] == "COMMIT;"
    finally:
        await database.stop()


async def test_what_a_transaction_begins_with_is_not_left_to_the_next_one(fresh_database: str) -> None:
    database = await Database.connect(fresh_database, application="test", max_size=1)
    try:
        with pytest.raises(LookupError):
            async with database.pool.acquire() as connection, database.claimed(connection, "shop", NOBODY):
                raise LookupError
        async with database.pool.acquire() as connection, connection.transaction():
            with pytest.raises(NestedTransaction):
                async with database.claimed(connection, "shop", NOBODY):
                    raise AssertionError("never entered")
        async with database.pool.acquire() as connection, connection.transaction():
            assert await connection.fetchval("SELECT current_setting('careline.tenant', true)") in (None, "")
    finally:
        await database.stop()


async def test_a_name_with_a_nul_begins_nothing(database: Database) -> None:
    with pytest.raises(ValueError, match="NUL"):
        async with database.tenant("sh\0op"):
            raise AssertionError("never entered")
    assert await database.pool.fetchval("SELECT 1") == 1


async def _pid(connection: Any) -> int:
    pid: int = await connection.fetchval("SELECT pg_backend_pid()")
    return pid


async def test_a_connection_comes_back_at_once(fresh_database: str) -> None:
    """With one connection only, whoever is next has it without another turn of the event loop."""
    database = await Database.connect(fresh_database, application="prompt", max_size=1)
    try:
        pool = database.pool
        connection = await pool.acquire()
        pid = await _pid(connection)
        releasing = pool.release(connection)
        with pytest.raises(StopIteration):
            releasing.send(None)
        assert pool.get_idle_size() == 1
        assert await _pid(pool) == pid
        await pool.release(connection)  # again: no effect
        assert pool.get_idle_size() == 1
        with pytest.raises(asyncpg.InterfaceError):
            await connection.fetchval("SELECT 1")
    finally:
        await database.close()


@pytest.mark.filterwarnings("ignore::asyncpg.exceptions.InterfaceWarning")
async def test_a_connection_left_in_disorder_is_put_in_order_first(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await Database.connect(fresh_database, application="disorder", max_size=1)
    monkeypatch.setattr(asyncio.get_running_loop(), "call_exception_handler", lambda _: None)
    pool = database.pool
    try:
        for leave in ("BEGIN", "BEGIN; CREATE TABLE left_open (a int)"):
            connection = await pool.acquire()
            await connection.execute(leave)
            await pool.release(connection)
            assert await pool.fetchval("SELECT to_regclass('left_open')") is None
            async with pool.acquire() as next_one:
                assert not next_one.is_in_transaction()
        connection = await pool.acquire()
        before = await _pid(connection)
        getattr(connection, "_con").terminate()  # noqa: B009 - unknown to the types
        await pool.release(connection)
        assert await _pid(pool) != before
        waiting = asyncio.create_task(pool.fetchval("SELECT pg_sleep(60)"))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await asyncio.wait_for(pool.fetchval("SELECT 1"), 5) == 1
    finally:
        await database.close()
