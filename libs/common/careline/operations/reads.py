"""Declared reads as parameterised SQL, run inside a tenant transaction.

Row-level security already keeps to the tenant; the predicate says it again, for its index and for roles that own the
table. Names come from the checked pack and are quoted; values only ever travel as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from careline.tenants.model import Match, Operation, Pack, Read, Table

from .errors import UnknownName, UnresolvedValue
from .resolve import resolve
from .situation import Row, Situation

# A look-up that matches more than this is not a customer's question.
MOST_ROWS = 500


class Connection(Protocol):
    """What is needed of an asyncpg connection."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and its parameters. `columns`: the names of what it returns, where they are needed apart from it;
    `single`: only the first row is used."""

    sql: str
    values: tuple[Any, ...] = ()
    columns: tuple[str, ...] = field(default=(), compare=False)
    single: bool = field(default=False, compare=False)


def quoted(name: str) -> str:
    """A name as an SQL identifier: some columns are called like keywords (`limit`)."""
    return '"' + name.replace('"', '""') + '"'


def table_of(pack: Pack, name: str) -> Table:
    """The declared table; UnknownName if there is none."""
    try:
        return pack.data.tables[name]
    except KeyError:
        raise UnknownName(f"no table {name!r} in pack {pack.name}") from None


def qualified(pack: Pack, name: str) -> str:
    """`"biz_pack"."table"`."""
    table_of(pack, name)
    return f"{quoted(pack.business_schema)}.{quoted(name)}"


def where_clause(table: Table, where: Match, situation: Situation, first: int = 1) -> Query | None:
    """The condition with parameters from `$first` on. None when nothing can match: an argument or a row that a value
    comes from is absent, or the value is of a kind that the column never holds. A literal null asks for NULL."""
    parts = ["\"tenant\" = current_setting('careline.tenant', true)"]
    values: list[Any] = []
    for name, value in where.items():
        column = table.columns.get(name)
        if column is None:
            raise UnknownName(f"no column {name!r}")
        if value is None:
            parts.append(f"{quoted(name)} IS NULL")
            continue
        try:
            wanted = resolve(value, column, situation, name)
        except UnresolvedValue:
            return None
        if wanted is None:
            return None
        parts.append(f"{quoted(name)} = ${first + len(values)}")
        values.append(wanted)
    return Query(" AND ".join(parts), tuple(values))


def select(
    pack: Pack,
    name: str,
    where: Match,
    situation: Situation,
    columns: Iterable[str] | None = None,
    limit: int = MOST_ROWS,
) -> Query | None:
    """The rows that `where` names, in the order of the table's key; None when nothing can match."""
    table = table_of(pack, name)
    condition = where_clause(table, where, situation)
    if condition is None:
        return None
    names = tuple(columns or table.columns)
    wanted = ", ".join(map(quoted, names))
    order = ", ".join(quoted(column) for column in table.key)
    sql = f"SELECT {wanted} FROM {qualified(pack, name)} WHERE {condition.sql} ORDER BY {order} LIMIT {limit}"  # noqa: S608
    return Query(sql, condition.values, names)


def reading(pack: Pack, read: Read, situation: Situation) -> Query | None:
    """The query of a declared read."""
    return select(pack, read.table, read.where, situation, limit=MOST_ROWS if read.many else 1)


async def rows(connection: Connection, query: Query | None) -> tuple[Row, ...]:
    """The rows as plain mappings."""
    if query is None:
        return ()
    return tuple(dict(row) for row in await connection.fetch(query.sql, *query.values))


async def gather(connection: Connection, pack: Pack, operation: Operation, before: Situation) -> Situation:
    """The situation with all declared reads, in their order: later ones may use earlier ones."""
    after = before
    for name, read in operation.reads.items():
        found = await rows(connection, reading(pack, read, after))
        after = after.with_read(name, found if read.many else (found[0] if found else None))
    return after
