"""Reads that can be told before anything is known, so that they take one round trip together.

What an operation reads mostly follows from its arguments and the customer alone. `Ahead` is a connection that has the
answers already; whoever reads through it runs the same code in the same order, and gets the same rows. A read that
nobody has foreseen goes to the connection behind it, or raises NotForeseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from careline.contracts.turn import Argument
from careline.contracts.understanding import CustomerFacts
from careline.storage import Database, Scope
from careline.storage.looking import Part, rows_of, together
from careline.tenants.expressions import ExpressionError, compile_expression
from careline.tenants.model import UNDO, Expr, Insert, Match, Operation, Pack

from .errors import OperationError
from .facts import facts_of, facts_queries
from .guards import is_guarded
from .preview import about
from .reads import Connection, Query, reading
from .situation import Situation
from .sources import source_queries

_LATER = ("facts", "reads", "past")


class NotForeseen(Exception):
    """A read without an answer."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Rows by statement and parameters."""

    rows: Mapping[Query, Sequence[Mapping[str, Any]]]
    behind: Connection | None = None

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        found = self.rows.get(Query(query, args))
        if found is not None:
            return found
        if self.behind is None:
            raise NotForeseen(query)
        return await self.behind.fetch(query, *args)


def is_foreseeable(operation: Operation) -> bool:
    """Whether all that is read for it can be: an undo follows from the ledger's entry, a guard has reads of its own."""
    return operation.builtin != UNDO and not is_guarded(operation)


def survey_queries(pack: Pack, operation: Operation, known: Situation) -> list[Query]:
    """The facts and declared reads of `survey`, as far as they can be told; `known` has customer, time, arguments."""
    reads = (reading(pack, read, known) for read in operation.reads.values() if not depends_on_later(read.where))
    return [*facts_queries(pack, known.customer), *_told(reads)]


def verdict_queries(
    pack: Pack, operation: Operation, arguments: Iterable[Argument], known: Situation
) -> tuple[Query, ...]:
    """All that the verifier reads of the business's tables, each once."""
    rows = (
        about(pack, effect, known)
        for effect in operation.row_effects
        if not isinstance(effect, Insert) and not depends_on_later(effect.where)
    )
    sources = source_queries(pack, operation, arguments, known)
    return tuple(dict.fromkeys([*sources, *survey_queries(pack, operation, known), *_told(rows)]))


async def look_at_facts(database: Database, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
    """As `read_facts`, in one round trip. Raises StorageError. `database` is one that cannot write."""
    queries = facts_queries(pack, customer)
    if not queries:
        return CustomerFacts()
    scope, schema = Scope(customer), pack.business_schema
    (row,) = await database.look(tenant, *at_once(queries), scope=scope, schema=schema)
    found = rows_by_query(row, queries)
    return facts_of(pack, (found[query][0] for query in queries), queries)


def at_once(queries: Sequence[Query], rest: str = "", *more: Any) -> tuple[Any, ...]:
    """One statement for all, and its parameters, those of `rest` being `more` (see `together`)."""
    return (together(parts_of(queries), rest), *(value for query in queries for value in query.values), *more)


def parts_of(queries: Iterable[Query]) -> tuple[Part, ...]:
    """What `together` takes."""
    return tuple(Part(query.sql, len(query.values), len(query.columns), query.single) for query in queries)


def rows_by_query(row: Mapping[str, Any], queries: Sequence[Query]) -> dict[Query, list[dict[str, Any]]]:
    """What each of them returned."""
    return {query: rows_of(row, number, query.columns, single=query.single) for number, query in enumerate(queries)}


def depends_on_later(values: Match) -> bool:
    """Whether any of the values follows from what has to be read first."""
    return any(
        isinstance(value, Expr) and any(names[0] in _LATER for names in compile_expression(value.expr).references)
        for value in values.values()
    )


def _told(queries: Iterator[Query | None]) -> Iterator[Query]:
    """Those that ask for anything. A defect of the pack comes out where it belongs: at the reading."""
    try:
        yield from (query for query in queries if query is not None)
    except (OperationError, ExpressionError):
        return
