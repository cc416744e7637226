"""Reads what evidence may refer to in the business's tables, inside a tenant transaction."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from careline.contracts.base import JsonScalar
from careline.contracts.turn import Argument, EvidenceSource, Turn
from careline.tenants.model import ArgumentSpec, Operation, Pack

from .columns import to_json
from .evidence import Sources
from .reads import Connection, Query, qualified, quoted, rows, select, table_of, where_clause
from .situation import Situation

_MOST_VALUES = 20


async def gather_sources(
    connection: Connection,
    pack: Pack,
    operation: Operation,
    arguments: Iterable[Argument],
    turn: Turn,
    known: Situation,
    *,
    pending_trusted: bool,
) -> Sources:
    """Records and look-ups for those arguments whose evidence needs them. `known` has customer, time and arguments."""
    records: dict[str, JsonScalar] = {}
    lookups: dict[str, tuple[str, ...]] = {}
    for argument in arguments:
        spec = operation.arguments.get(argument.name)
        if spec is None:
            continue
        if _is_recorded(argument, spec):
            found = await only_record(connection, pack, spec, known)
            if found is not None:
                records[argument.name] = found
        elif spec.type == "lookup":
            meant = await rows(connection, _meant(pack, spec, argument, known))
            lookups[argument.name] = tuple(str(row[spec.column]) for row in meant if spec.column)
    return Sources(turn, ZoneInfo(pack.tenant.time_zone), records, lookups, pending_trusted)


def source_queries(pack: Pack, operation: Operation, arguments: Iterable[Argument], known: Situation) -> list[Query]:
    """What `gather_sources` asks for."""
    queries: list[Query | None] = []
    for argument in arguments:
        spec = operation.arguments.get(argument.name)
        if spec is not None and _is_recorded(argument, spec):
            queries.append(_record(pack, spec, known))
        elif spec is not None and spec.type == "lookup":
            queries.append(_meant(pack, spec, argument, known))
    return [query for query in queries if query is not None]


async def only_record(connection: Connection, pack: Pack, spec: ArgumentSpec, known: Situation) -> JsonScalar:
    """The one value of the rows that `from_record` names; None when there is none, or several."""
    source = spec.from_record
    if source is None:
        return None
    found = await rows(connection, _record(pack, spec, known))
    values = {to_json(row[source.column]) for row in found} - {None}
    return values.pop() if len(values) == 1 else None


def _is_recorded(argument: Argument, spec: ArgumentSpec) -> bool:
    return argument.evidence.source is EvidenceSource.RECORD and spec.from_record is not None


def _record(pack: Pack, spec: ArgumentSpec, known: Situation) -> Query | None:
    source = spec.from_record
    return None if source is None else select(pack, source.table, source.where, known, [source.column])


def _meant(pack: Pack, spec: ArgumentSpec, argument: Argument, known: Situation) -> Query | None:
    if spec.table is None or spec.column is None:
        return None
    condition = where_clause(table_of(pack, spec.table), spec.where, known, first=3)
    if condition is None:
        return None
    column = quoted(spec.column)
    sql = (
        f"SELECT DISTINCT {column} FROM {qualified(pack, spec.table)} "  # noqa: S608
        f"WHERE (lower({column}) = lower($1) OR {column} = $2) AND {condition.sql} ORDER BY 1 LIMIT {_MOST_VALUES}"
    )
    return Query(sql, (argument.evidence.quote.strip(), str(argument.value), *condition.values), (spec.column,))
