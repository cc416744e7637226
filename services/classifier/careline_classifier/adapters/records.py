"""The business's records in Postgres, read with the classifier's read-only role inside the tenant's transaction."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence

from careline.contracts.base import JsonScalar
from careline.operations.columns import to_json
from careline.operations.reach import scope_of_reading
from careline.operations.reads import rows, select
from careline.operations.situation import Situation
from careline.storage import Database
from careline.tenants.model import ArgumentSpec, Expr, FromRecord, Match, Next, Pack, Ref

# A look-up in a larger table finds its value only after a cue, as the customer said it.
MOST_KNOWN = 5_000
_KEPT = 256
_KEPT_SECONDS = 20.0

_Key = tuple[str, str, str, str, str]


class PostgresRecords:
    """Implements `Records`. Values that are the same for all customers of a tenant are kept for some seconds: the
    executor looks at the rows themselves anyway."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[_Key, tuple[float, tuple[str, ...]]] = OrderedDict()

    async def known(self, tenant: str, pack: Pack, spec: ArgumentSpec, situation: Situation) -> Sequence[str]:
        if spec.table is None or spec.column is None:
            return ()
        key = (tenant, pack.version, spec.table, spec.column, str(sorted(spec.where)))
        shared = not _refers(spec.where)
        if shared and (kept := self._fresh(key)) is not None:
            return kept
        found = await self._column(tenant, pack, (spec.table, spec.column), spec.where, situation, MOST_KNOWN)
        values = tuple(dict.fromkeys(str(value) for value in found if value is not None))
        if shared:
            self._keep(key, values)
        return values

    async def recorded(self, tenant: str, pack: Pack, source: FromRecord, situation: Situation) -> Sequence[JsonScalar]:
        return await self._column(tenant, pack, (source.table, source.column), source.where, situation, 2)

    async def _column(
        self, tenant: str, pack: Pack, place: tuple[str, str], where: Match, situation: Situation, limit: int
    ) -> list[JsonScalar]:
        table, column = place
        query = select(pack, table, where, situation, columns=[column], limit=limit)
        if query is None:
            return []
        scope = scope_of_reading(pack, table, where, situation.customer)
        async with self._database.tenant(tenant, scope=scope, readonly=True) as connection:
            return [to_json(row[column]) for row in await rows(connection, query)]

    def _fresh(self, key: _Key) -> tuple[str, ...] | None:
        kept = self._kept.get(key)
        return kept[1] if kept is not None and time.monotonic() - kept[0] < _KEPT_SECONDS else None

    def _keep(self, key: _Key, values: tuple[str, ...]) -> None:
        self._kept[key] = (time.monotonic(), values)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)


def _refers(where: Match) -> bool:
    """Whether it depends on the customer, an argument or the time."""
    return any(isinstance(value, Ref | Expr | Next) for value in where.values())
