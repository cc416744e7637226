"""The fence between a commit and a takeover, a supersession or a closed conversation.

The gateway changes a conversation's epoch and turn under the exclusive lock. A commit holds the shared one from before
its transaction until after it. Before, because a serializable transaction sees the database as it was at its first
statement: waiting for the lock inside would let it see the turn that the takeover has just ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import asyncpg

from careline.contracts.base import TurnRef
from careline.storage import NOBODY, Connection, Database, Scope, fence_key, translated
from careline.storage.session import Isolation


@asynccontextmanager
async def fenced(
    database: Database,
    ref: TurnRef,
    isolation: Isolation,
    schema: str | None = None,
    queues: Iterable[str] = (),
    scope: Scope = NOBODY,
) -> AsyncIterator[Connection]:
    """A transaction of the tenant and `scope`, within the conversation's fence; committed on leaving, rolled back on an
    error.

    `queues` are names of what commits draw from together (a table's next number, a customer's allowance): one commit at
    a time, or all but one would fail and start over.
    Raises StorageError (a lock not had in time included).
    """
    locks = [f"SELECT pg_advisory_lock_shared({fence_key(ref.tenant, ref.conversation)});"]
    locks += [f"SELECT pg_advisory_lock({fence_key(ref.tenant, queue)});" for queue in sorted(queues)]
    with translated():
        async with database.acquire() as connection:
            try:
                # Sent together with the transaction's beginning, and over before it.
                async with database.claimed(
                    connection,
                    ref.tenant,
                    scope,
                    schema,
                    before=" ".join(locks),
                    closing=f"{_LET_GO};",
                    isolation=isolation,
                ) as opened:
                    yield opened
            except BaseException:
                await _let_go(connection)
                raise


_LET_GO = "SELECT pg_advisory_unlock_all()"


async def _let_go(connection: Connection) -> None:
    """These locks are the session's, and the pool resets nothing: a connection that cannot let go has to be closed, or
    it would keep the gateway out of the conversation for good."""
    try:
        if connection.is_in_transaction():  # it failed where it begins or ends
            await connection.execute("ROLLBACK")
        await connection.execute(_LET_GO)
    except asyncio.CancelledError:
        connection.terminate()
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        connection.terminate()


async def is_current(connection: Connection, ref: TurnRef) -> bool:
    """Whether the conversation still is in this turn and epoch."""
    row = await connection.fetchrow(
        "SELECT epoch, turn FROM gateway.conversations WHERE tenant = $1 AND id = $2", ref.tenant, ref.conversation
    )
    return row is not None and row["epoch"] == ref.epoch and row["turn"] == ref.turn
