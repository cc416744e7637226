"""Sealed columns on their way into the database: in the business's rows, and in what the ledger keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from careline.contracts.turn import RowChange
from careline.operations.preview import new_values
from careline.operations.reads import Connection, Query
from careline.operations.situation import Situation
from careline.storage.sealed import OpeningConnection
from careline.tenants.model import Insert, Pack, Update

# What is sealed in the ledger is bound to it: nobody can move it into a row.
_LEDGER = "ledger"
_SHORTEST = 3


async def sealed(
    connection: Connection, pack: Pack, effect: Update | Insert, situation: Situation, query: Query
) -> Query:
    """The statement with the values of sealed columns closed under the customer's key: the pack's check sees to it that
    the row is hers. Raises SealedUnreadable."""
    columns = list(new_values(pack, effect, situation)) if pack.profile.sealed else []
    if not isinstance(connection, OpeningConnection) or situation.customer is None:
        return query
    first = 1 if isinstance(effect, Insert) else 0  # an insert's first value is the tenant
    values = list(query.values)
    for place, name in enumerate(columns, start=first):
        column = f"{effect.table}.{name}"
        if column in pack.profile.sealed and isinstance(values[place], str):
            values[place] = await connection.seal(situation.customer, column, values[place])
    return replace(query, values=tuple(values))


def for_the_ledger(connection: Any, pack: Pack, customer: str | None, *diffs: Iterable[RowChange]) -> Any:
    """A connection that closes, in whatever is written through it, the values that these changes have in sealed
    columns: arguments, diffs, words and the approval hold them open nowhere."""
    secrets = {
        value
        for diff in diffs
        for change in diff
        for cells in (change.old, change.new)
        for name, value in cells.items()
        if f"{change.table}.{name}" in pack.profile.sealed and isinstance(value, str) and len(value) >= _SHORTEST
    }
    if not secrets or customer is None or not isinstance(connection, OpeningConnection):
        return connection
    return _Closing(connection, customer, frozenset(secrets))


@dataclass(frozen=True, slots=True)
class _Closing:
    connection: OpeningConnection
    customer: str
    secrets: frozenset[str]

    async def execute(self, query: str, *args: Any) -> Any:
        return await self.connection.execute(query, *[await self._closed(each) for each in args])

    async def _closed(self, value: Any) -> Any:
        if isinstance(value, str):
            if any(secret in value for secret in self.secrets):
                return await self.connection.seal(self.customer, _LEDGER, value)
            return value
        if isinstance(value, Mapping):
            return {name: await self._closed(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [await self._closed(each) for each in value]
        return value
