"""Whether letters get through, in Postgres: one row for each way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from careline.storage import Pool

from ..domain.recognition import Way
from .store import available


class PostgresDeliveries:
    """Implements `ports.Deliveries` on the pool that `pool()` gives."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool

    async def failed(self, way: Way, now: datetime) -> None:
        with available():
            await self._pool().execute(_FAILED, way, now)

    async def delivered(self, way: Way, now: datetime) -> None:
        with available():
            await self._pool().execute(_DELIVERED, way, now)

    async def failing(self, since: datetime) -> frozenset[Way]:
        with available():
            return frozenset(row["way"] for row in await self._pool().fetch(_FAILING, since))


_FAILED = """
INSERT INTO gateway.deliveries (way, failed_at) VALUES ($1, $2) ON CONFLICT (way) DO UPDATE SET failed_at = $2"""
_DELIVERED = """
INSERT INTO gateway.deliveries (way, delivered_at) VALUES ($1, $2) ON CONFLICT (way) DO UPDATE SET delivered_at = $2"""
_FAILING = """
SELECT way FROM gateway.deliveries WHERE failed_at > $1 AND (delivered_at IS NULL OR delivered_at < failed_at)"""
