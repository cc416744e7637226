"""An operation made ready in one statement: facts, rows and the effect itself, inside a transaction.

What is read mostly follows from arguments and customer, and so does what is written. Then the rows are read and the
effect is carried out together, before the rules have spoken; `planned_at_once` finds the same rows in the same order as
`planned`, and the rules decide over them. Whoever calls it rolls the transaction back when they say no, or when
NotForeseen comes out: nothing of it ever stays that the rules did not allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from careline.operations.ahead import (
    Ahead,
    NotForeseen,
    depends_on_later,
    is_foreseeable,
    parts_of,
    rows_by_query,
    survey_queries,
)
from careline.operations.errors import OperationError
from careline.operations.reads import Query
from careline.operations.situation import Situation, proven_customer, situation
from careline.operations.survey import survey
from careline.storage import Connection
from careline.storage.looking import Part, together
from careline.tenants.expressions import ExpressionError
from careline.tenants.model import Delete, Insert, Operation, Pack
from careline.tenants.queries import parse_query

from ..domain.request import Request
from .effects import Written, carry_out, write_of
from .planned import Planned
from .statements import CHANGED, Write


@dataclass(frozen=True, slots=True)
class Rest:
    """A SELECT of one row that is looked at besides."""

    sql: str
    values: tuple[Any, ...]


async def planned_at_once(
    connection: Connection, request: Request, rest: Rest | None = None
) -> tuple[Planned, Mapping[str, Any]]:
    """As `planned`, with the row that has the columns of `rest`. Raises NotForeseen where it takes more than one look,
    StorageError (of the effect, too), OperationError and ExpressionError for a defect of the pack."""
    pack, operation = request.pack, request.operation
    if not is_foreseeable(operation) or operation.remote is not None:
        raise NotForeseen(request.name)
    now = situation(pack, request.now, proven_customer(request.asked.identity))
    known = replace(now, args=request.args)
    queries = list(dict.fromkeys(survey_queries(pack, operation, known)))
    write = _write(request, known)
    row = await _row(connection, queries, write, rest)
    # Behind an effect nothing is read any more: it would see what the effect has done.
    ahead = Ahead(rows_by_query(row, queries), connection if write is None else None)
    found = await survey(ahead, pack, operation, request.asked, request.args, request.now)

    async def by_us() -> Written:
        if write is None:
            return await carry_out(connection, pack, operation, found.situation, request.ref.tenant)
        done = Ahead(rows_by_query(row, [*queries, write.query]))  # another effect than was carried out: NotForeseen
        return await carry_out(done, pack, operation, found.situation, request.ref.tenant)

    return Planned(found, by_us), row


async def _row(
    connection: Connection, queries: list[Query], write: Write | None, rest: Rest | None
) -> Mapping[str, Any]:
    parts, begin = parts_of(queries), 0
    values = [value for query in queries for value in query.values]
    if write is not None:
        parts, begin = (*parts, Part(write.shown, 0, len(write.columns))), len(write.values)
        values = [*write.values, *values]
    sql = together(parts, rest.sql if rest else "", begin=begin)
    if rest is not None:
        values += rest.values
    row = await connection.fetchrow(f"{write.changing if write else ''}{sql}", *values)
    assert row is not None, "it selects one row"
    return dict(row)


def _write(request: Request, known: Situation) -> Write | None:
    """The effect, if there is one only, of values that are known, none of them sealed; a second one has to see what the
    first did."""
    pack, operation = request.pack, request.operation
    if len(operation.row_effects) != 1 or _is_late(pack, operation):
        return None
    try:
        return write_of(pack, operation.row_effects[0], known, request.ref.tenant)
    except (OperationError, ExpressionError):  # comes out again where the rules have let it pass
        return None


def _is_late(pack: Pack, operation: Operation) -> bool:
    effect = operation.row_effects[0]
    where = {} if isinstance(effect, Insert) else effect.where
    given = {} if isinstance(effect, Delete) else effect.values if isinstance(effect, Insert) else effect.set
    return (
        any(depends_on_later(read.where) for read in operation.reads.values())
        or depends_on_later({**where})
        or depends_on_later({**given})
        or any(f"{effect.table}.{column}" in pack.profile.sealed for column in given)
        # The pack's own queries name tables without a schema.
        or any(name.lower() in CHANGED for text in pack.profile.queries for name in parse_query(text).tables)
    )
