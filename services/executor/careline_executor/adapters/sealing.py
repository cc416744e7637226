"""Sealed columns on their way into the database: in the business's rows, and in what the ledger keeps of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Approval, Told
from careline.contracts.turn import Argument, RowChange
from careline.operations.preview import new_values
from careline.operations.reads import Connection, Query
from careline.operations.situation import Situation
from careline.storage.sealed import OpeningConnection
from careline.tenants.model import Expr, Insert, Operation, Pack, Ref, Update

from ..ports import Settlement

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


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger keeps of an approval and its end."""

    approval: Approval
    approved: tuple[RowChange, ...]
    settled: Settlement


async def for_the_ledger(connection: Any, pack: Pack, operation: Operation, kept: Kept) -> Kept:
    """The same with everything closed that tells a value of a sealed column: the cells, the arguments that they come
    from with the customer's own spelling of them, the words that repeat them, and what was told besides. Names, keys
    and ids stay, so that the ledger can still be searched. Raises SealedUnreadable."""
    customer = kept.approval.identity.customer
    if not pack.profile.sealed or customer is None or not isinstance(connection, OpeningConnection):
        return kept
    feeding = _feeding(pack, operation)
    secrets = {*_cells(pack, kept.approved), *_cells(pack, kept.settled.diff)} | {
        argument.value
        for argument in kept.approval.arguments
        if argument.name in feeding and isinstance(argument.value, str)
    }
    return await _Closing(connection, customer, pack.profile.sealed, feeding, frozenset(secrets)).kept(kept)


def _feeding(pack: Pack, operation: Operation) -> frozenset[str]:
    """The arguments whose values go into sealed columns."""
    found: set[str] = set()
    for effect in operation.row_effects:
        written = effect.set if isinstance(effect, Update) else effect.values if isinstance(effect, Insert) else {}
        for column, value in written.items():
            if f"{effect.table}.{column}" not in pack.profile.sealed:
                continue
            if isinstance(value, Ref):
                found.add(value.ref)
            elif isinstance(value, Expr):
                found |= {name for name in operation.arguments if re.search(rf"\bargs\.{name}\b", value.expr)}
    return frozenset(found)


def _cells(pack: Pack, diff: Iterable[RowChange]) -> Iterator[str]:
    for change in diff:
        for name, value in (*change.old.items(), *change.new.items()):
            if f"{change.table}.{name}" in pack.profile.sealed and isinstance(value, str) and value:
                yield value


@dataclass(frozen=True, slots=True)
class _Closing:
    connection: OpeningConnection
    customer: str
    columns: Collection[str]
    feeding: frozenset[str]
    secrets: frozenset[str]

    async def kept(self, kept: Kept) -> Kept:
        approval = kept.approval
        arguments = [await self._argument(argument) for argument in approval.arguments]
        beside = [await self._told(told) for told in approval.beside]
        settled = replace(
            kept.settled,
            text=await self._text(kept.settled.text),
            diff=await self._changes(kept.settled.diff),
            result={name: await self._value(value) for name, value in kept.settled.result.items()},
        )
        update = {"arguments": tuple(arguments), "beside": tuple(beside)}
        return Kept(approval.model_copy(update=update), await self._changes(kept.approved), settled)

    async def _argument(self, argument: Argument) -> Argument:
        quote = argument.evidence.quote
        if argument.name in self.feeding or argument.value in self.secrets:
            value, said = await self._sealed(argument.value), await self._sealed(quote)
        else:
            value, said = await self._value(argument.value), await self._text(quote)
        evidence = argument.evidence.model_copy(update={"quote": said})
        return argument.model_copy(update={"value": value, "evidence": evidence})

    async def _told(self, told: Told) -> Told:
        """What was answered besides: facts and look-ups may tell any sealed column."""
        arguments = [await self._argument(argument) for argument in told.arguments]
        from_record = told.field is not None or told.operation is not None
        text = await self._sealed(told.text) if from_record else await self._text(told.text)
        return told.model_copy(update={"text": text, "arguments": tuple(arguments)})

    async def _changes(self, diff: Iterable[RowChange]) -> tuple[RowChange, ...]:
        return tuple([await self._change(change) for change in diff])

    async def _change(self, change: RowChange) -> RowChange:
        sides = (("old", change.old), ("new", change.new))
        return change.model_copy(update={side: await self._row(change.table, cells) for side, cells in sides})

    async def _row(self, table: str, cells: Mapping[str, JsonScalar]) -> dict[str, JsonScalar]:
        return {
            name: await (self._sealed(value) if f"{table}.{name}" in self.columns else self._value(value))
            for name, value in cells.items()
        }

    async def _value(self, value: JsonScalar) -> JsonScalar:
        return await self._text(value) if isinstance(value, str) else value

    async def _text(self, text: str) -> str:
        """Closed if it repeats a value; one of a sign or two stands in every text."""
        told = any(secret == text or (len(secret) >= _SHORTEST and secret in text) for secret in self.secrets)
        return await self.connection.seal(self.customer, _LEDGER, text) if told else text

    async def _sealed(self, value: Any) -> Any:
        closed = isinstance(value, str) and value
        return await self.connection.seal(self.customer, _LEDGER, value) if closed else value
