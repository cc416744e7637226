"""The fence between a commit and a takeover, a supersession or a closed conversation.

The gateway changes a conversation's epoch and turn under the exclusive lock. A commit holds the shared one from before
its transaction until after it. Before, because a serializable transaction sees the database as it was at its first
statement: waiting for the lock inside would let it see the turn that the takeover has just ended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from careline.contracts.base import TurnRef
from careline.storage import Connection, Database, fence_key, translated
from careline.storage.database import CONNECT_TIMEOUT_S, Isolation, use_tenant


@asynccontextmanager
async def fenced(
    database: Database, ref: TurnRef, isolation: Isolation, schema: str | None = None
) -> AsyncIterator[Connection]:
    """A transaction of the tenant, within the conversation's fence. Raises StorageError (a lock not had in time
    included); committed on leaving, rolled back on an error."""
    key = fence_key(ref.tenant, ref.conversation)
    with translated():
        async with database.pool.acquire(timeout=CONNECT_TIMEOUT_S) as connection:
            await connection.execute("SELECT pg_advisory_lock_shared($1)", key)
            try:
                async with connection.transaction(isolation=isolation):
                    await use_tenant(connection, ref.tenant, schema)
                    yield connection
            finally:
                # A broken connection has lost the lock by itself; the pool, too, unlocks what comes back to it.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("SELECT pg_advisory_unlock_shared($1)", key)


async def is_current(connection: Connection, ref: TurnRef) -> bool:
    """Whether the conversation still is in this turn and epoch."""
    row = await connection.fetchrow(
        "SELECT epoch, turn FROM gateway.conversations WHERE tenant = $1 AND id = $2", ref.tenant, ref.conversation
    )
    return row is not None and row["epoch"] == ref.epoch and row["turn"] == ref.turn
