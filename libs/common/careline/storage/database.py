"""The connection pool of a service, and the transaction in which exactly one tenant is visible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

import asyncpg
import orjson

from careline.runtime import Health

from .claims import NOBODY, Claims, Scope
from .errors import DatabaseUnavailable, translated
from .looking import claimed
from .pool import PromptPool
from .sealed import Sealing, has_sealed
from .session import Isolation, Session, literal, transaction

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.Connection

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_TRANSACTION_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 5.0
PING_EVERY_S = 2.0


class Database:
    """A pool of connections; also a component of a service (start, stop, health).

    `application` is what pg_stat_activity shows. `pool` serves a service's own schema; `tenant` is for business rows
    and the ledger, which are visible by `claims` alone (or to their owner); sealed columns are read and written open
    with `sealing`. With `read_only` no transaction writes, not even one of a single statement.
    """

    def __init__(
        self,
        url: str,
        *,
        application: str,
        min_size: int = 1,
        max_size: int = 8,
        sealing: Sealing | None = None,
        claims: Claims | None = None,
        read_only: bool = False,
    ) -> None:
        self._url = url
        self._read_only = read_only
        self._claims = claims
        self._sealing = sealing
        self._application = application
        self._sizes = (min(min_size, max_size), max_size)
        self._pool: Pool | None = None
        self._pinging: asyncio.Task[None] | None = None
        self._health = Health(False, "not connected")

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        application: str,
        min_size: int = 1,
        max_size: int = 8,
        claims: Claims | None = None,
        read_only: bool = False,
    ) -> Self:
        """A started database. Raises StorageError when it cannot be reached."""
        database = cls(
            url, application=application, min_size=min_size, max_size=max_size, claims=claims, read_only=read_only
        )
        await database.start()
        return database

    async def start(self) -> None:
        """Connects. Raises StorageError; starting again does nothing."""
        if self._pool is not None:
            return
        with translated():
            self._pool = await PromptPool(
                self._url,
                min_size=self._sizes[0],
                max_size=self._sizes[1],
                timeout=CONNECT_TIMEOUT_S,
                command_timeout=STATEMENT_TIMEOUT_MS / 1000 + 1,
                init=set_codecs,
                connection_class=Session,
                reset=_nothing_to_reset,
                server_settings=connection_settings(self._application)
                | ({"default_transaction_read_only": "on"} if self._read_only else {}),
            )
        self._health = Health(True)
        self._pinging = asyncio.create_task(self._ping(), name=f"ping-{self._application}")

    async def stop(self) -> None:
        """Gives back all connections; those still in use get 5 seconds."""
        if self._pinging is not None:
            self._pinging.cancel()
            with suppress(asyncio.CancelledError):
                await self._pinging
            self._pinging = None
        pool, self._pool = self._pool, None
        self._health = Health(False, "stopped")
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), 5)
        except TimeoutError:
            pool.terminate()

    async def close(self) -> None:
        await self.stop()

    def health(self) -> Health:
        """As of the last ping, which is at most PING_EVERY_S (and a time-out) old."""
        return self._health

    @property
    def pool(self) -> Pool:
        """The pool. Raises DatabaseUnavailable before start and after stop."""
        if self._pool is None:
            raise DatabaseUnavailable(f"{self._application}: not connected")
        return self._pool

    def acquire(self) -> asyncpg.pool.PoolAcquireContext[asyncpg.Record]:
        """A connection of the pool, for `async with`. Waiting for one is bounded; one that is idle is taken at once,
        for the bound would cost a task of its own."""
        return self.pool.acquire(timeout=None if self.pool.get_idle_size() else CONNECT_TIMEOUT_S)

    @asynccontextmanager
    async def tenant(
        self,
        tenant: str,
        *,
        scope: Scope = NOBODY,
        readonly: bool = False,
        schema: str | None = None,
        isolation: Isolation | None = None,
    ) -> AsyncIterator[Connection]:
        """One transaction in which only `tenant`'s business rows exist, and of those with a customer only the ones in
        `scope`; committed on leaving, rolled back on an error.

        Names have to be qualified, except for those of `schema`, when it is given. The driver's errors come out as
        StorageError.
        """
        with translated():
            async with (
                self.acquire() as connection,
                self.claimed(connection, tenant, scope, schema, readonly=readonly, isolation=isolation) as opened,
            ):
                yield opened

    @asynccontextmanager
    async def claimed(
        self,
        connection: Connection,
        tenant: str,
        scope: Scope,
        schema: str | None = None,
        *,
        before: str = "",
        closing: str = "",
        readonly: bool = False,
        isolation: Isolation | None = None,
    ) -> AsyncIterator[Connection]:
        """The same on a connection of the pool; `before` runs ahead of it (see `transaction`), `closing` right behind
        the commit. Raises BadClaim."""
        begin = _use(tenant, schema, self._signed(connection, tenant, scope))
        async with transaction(
            connection, begin, before=before, closing=closing, readonly=readonly, isolation=isolation
        ):
            yield self.opening(connection, tenant)

    async def ask(self, tenant: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """The rows of one statement in a transaction of its own, in one round trip; its first parameter is the claim
        about `tenant`, which a function of the owner's checks. Raises StorageError, and AccessDenied for a claim that
        is not true."""
        with translated():
            async with self.acquire() as connection:
                rows: list[asyncpg.Record] = await connection.fetch(
                    query, self._signed(connection, tenant, NOBODY), *arguments
                )
                return rows

    async def look(
        self, tenant: str, sql: str, *args: Any, scope: Scope = NOBODY, schema: str | None = None
    ) -> list[dict[str, Any]]:
        """The rows of one SELECT, as in `tenant`, in one round trip and one snapshot; sealed values are open. It runs
        without BEGIN, so that what it may not do is up to the session's role (see `read_only`).

        Raises StorageError, ValueError for a tenant without a name.
        """
        if not tenant:
            raise ValueError("a tenant's name cannot be empty")
        with translated():
            async with self.acquire() as connection:
                if schema is not None:
                    await take_path(connection, schema)
                claim = self._signed(connection, tenant, scope)
                found = await connection.fetch(claimed(sql, len(args)), *args, tenant, claim)
                rows = [dict(row) for row in found]
                if self._sealing is None or not any(map(has_sealed, rows)):
                    return rows
                over = self._sealing.over(_Claiming(self, connection, tenant, scope), tenant)
                return [await over.opened_row(row) for row in rows]

    async def claim(self, connection: Connection, tenant: str, scope: Scope, schema: str | None = None) -> None:
        """Within a transaction: from here on it is about `scope`. Raises BadClaim."""
        await use_tenant(connection, tenant, schema, self._signed(connection, tenant, scope))

    def _signed(self, connection: Connection, tenant: str, scope: Scope) -> str:
        return self._claims.sign(connection.get_server_pid(), tenant, scope) if self._claims is not None else ""

    def opening(self, connection: Connection, tenant: str) -> Connection:
        """A connection of the pool, inside a transaction of `tenant`, as one that opens and closes sealed columns."""
        return connection if self._sealing is None else cast(Connection, self._sealing.over(connection, tenant))

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY_S)
            try:
                with translated():
                    await self.pool.fetchval("SELECT 1", timeout=CONNECT_TIMEOUT_S)
                self._health = Health(True)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the health report has to say
                self._health = Health(False, str(error)[:200])


@dataclass(frozen=True, slots=True)
class _Claiming:
    """A connection whose every fetch is a transaction of the tenant: for keys that are not kept here."""

    database: Database
    connection: Connection
    tenant: str
    scope: Scope

    async def fetchrow(self, query: str, *args: Any) -> Any:
        async with self.database.claimed(self.connection, self.tenant, self.scope, readonly=True) as opened:
            return await opened.fetchrow(query, *args)


async def take_path(connection: Connection, schema: str) -> None:
    """Unqualified names of statements without a transaction of ours are those of `schema` from now on. Sessions mostly
    serve one pack, and keep its plans: a round trip only when it is another's turn."""
    session = cast(Session, getattr(connection, "_con", connection))
    if session.path != schema:
        await session.execute(f"SELECT set_config('search_path', {literal(schema)}, false)")
        session.path = schema


async def use_tenant(connection: Any, tenant: str, schema: str | None = None, claim: str = "") -> None:
    """For the rest of the transaction: row-level security shows what `claim` says, statements ask for `tenant`'s rows;
    unqualified names are those of `schema`. One round trip."""
    await connection.execute(_use(tenant, schema, claim))


def _use(tenant: str, schema: str | None, claim: str) -> str:
    if not tenant:
        raise ValueError("a tenant's name cannot be empty")
    settings = {"careline.tenant": tenant, "careline.claim": claim}
    if schema is not None:
        settings["search_path"] = schema
    return "SELECT " + ", ".join(f"set_config('{name}', {literal(to)}, true)" for name, to in settings.items()) + ";"


def connection_settings(application: str) -> dict[str, str]:
    """What every service connection is opened with: bounded statements, locks and forgotten transactions; UTC."""
    return {
        "application_name": application,
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_TRANSACTION_TIMEOUT_MS),
        "timezone": "UTC",
        "standard_conforming_strings": "on",  # what `literal` is written for
        "jit": "off",  # compiling costs more than any of our queries
    }


async def _nothing_to_reset(connection: Any) -> None:
    """Nobody changes a session: tenant, path and the like are set per transaction. The default would ask the server
    to reset everything at each release, a round trip of every use of the pool. (An open transaction is still ended.)"""


async def set_codecs(connection: Any) -> None:
    """json and jsonb columns are Python values on both sides."""
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, schema="pg_catalog", encoder=_encode, decoder=orjson.loads)


def _encode(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
