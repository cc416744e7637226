"""A pool that takes a connection back at once, when there is nothing to be done about it.

The driver's own pool takes back by a task that it waits for, also when nothing has to be reset: two or three turns of
the event loop between an answer of the database and whoever waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    Base = asyncpg.Pool[asyncpg.Record]
else:
    Base = asyncpg.Pool

# As the driver's create_pool has them.
_DEFAULTS: dict[str, Any] = {
    "max_queries": 50_000,
    "max_inactive_connection_lifetime": 300.0,
    "loop": None,
    "record_class": asyncpg.Record,
}


class PromptPool(Base):
    """For sessions that nobody changes, so that there is nothing to reset but a transaction left open."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, **(_DEFAULTS | options))

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the driver's
        """Give it back; whatever is not as it should be (closed, cancelled, in a transaction, old, with listeners) goes
        the driver's way."""
        pooled: Any = connection if isinstance(connection, asyncpg.pool.PoolConnectionProxy) else None
        if pooled is None or pooled._con is None or not self._idle(pooled):
            await super().release(connection, timeout=timeout)
            return
        holder = pooled._holder
        pooled._con._on_release()
        holder._timeout = None
        holder._release()
        holder._setup_inactive_callback()

    def _idle(self, connection: Any) -> bool:
        session, holder = connection._con, connection._holder
        protocol = session._protocol
        pool: Any = self
        return bool(
            holder._pool is self
            and holder._in_use is not None
            and holder._generation == pool._generation
            and not session.is_closed()
            and not protocol._is_cancelling()
            and not protocol.is_in_transaction()
            and session._top_xact is None
            and protocol.queries_count < holder._max_queries
            and not session._listeners
            and not session._log_listeners
        )
