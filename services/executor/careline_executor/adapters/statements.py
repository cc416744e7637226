"""Declared effects as SQL that returns exactly what it changed. Only the executor has a role that may run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline.operations.diffs import telling
from careline.operations.preview import new_values
from careline.operations.reads import Query, qualified, quoted, table_of, where_clause
from careline.operations.resolve import NEXT, mark
from careline.operations.situation import Situation
from careline.tenants.model import Delete, Insert, Next, Pack, Table, Update

OWN = "\"tenant\" = current_setting('careline.tenant', true)"


_UPDATE = """
WITH old AS MATERIALIZED (SELECT {before} FROM {table} WHERE {condition} FOR UPDATE),
new AS (UPDATE {table} AS t SET {assigned} FROM old WHERE t.{own} AND {join} AND ({differs}) RETURNING {after})
"""
CHANGED = frozenset({"old", "new", "added", "gone"})  # what writes call their rows
_UPDATED = "SELECT old.*, {shown}, new.{first} IS NOT NULL AS touched FROM old LEFT JOIN new ON {same} ORDER BY {order}"


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that changes rows and returns them as `columns`: what stands in its WITH, then its SELECT, which
    others can be put beside."""

    changing: str
    shown: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]

    @property
    def query(self) -> Query:
        """All of it, by itself."""
        return Query(f"{self.changing}{self.shown}", self.values, self.columns)


def update(pack: Pack, effect: Update, situation: Situation) -> Write | None:
    """Locks the rows named, changes those that differ, returns for each named row `k_<key>`, `o_<column>` (before),
    `n_<column>` (after; null in an untouched row) and `touched`. None when nothing can match."""
    table = table_of(pack, effect.table)
    values = new_values(pack, effect, situation)
    condition = where_clause(table, effect.where, situation, first=1 + len(values))
    if condition is None:
        return None
    place = {name: f"${number}" for number, name in enumerate(values, start=1)}
    keys = {key: quoted("k_" + key) for key in table.key}
    changing = _UPDATE.format(
        table=qualified(pack, effect.table),
        condition=condition.sql,
        own=OWN,
        before=_listed(*(f"{quoted(key)} AS {alias}" for key, alias in keys.items()), *(_as(c, "o_") for c in values)),
        assigned=_listed(*(f"{quoted(c)} = {place[c]}" for c in values)),
        join=" AND ".join(f"t.{quoted(key)} = old.{alias}" for key, alias in keys.items()),
        differs=" OR ".join(f"t.{quoted(c)} IS DISTINCT FROM {place[c]}" for c in telling(table, effect.set)),
        after=_listed(*(f"old.{alias}" for alias in keys.values()), *(f"t.{_as(c, 'n_')}" for c in values)),
    )
    shown = _UPDATED.format(
        first=keys[table.key[0]],
        shown=_listed(*(f"new.{quoted('n_' + c)}" for c in values)),
        same=" AND ".join(f"new.{alias} = old.{alias}" for alias in keys.values()),
        order=_listed(*(f"old.{alias}" for alias in keys.values())),
    )
    columns = [*(f"k_{key}" for key in keys), *(f"o_{c}" for c in values), *(f"n_{c}" for c in values), "touched"]
    return Write(changing, shown, (*values.values(), *condition.values), tuple(columns))


def insert(pack: Pack, effect: Insert, situation: Situation, tenant: str) -> Write:
    """Adds the row and returns it; `{next: column}` is the largest value so far plus one."""
    table = table_of(pack, effect.table)
    values = new_values(pack, effect, situation)
    cells: list[str] = []
    for name, declared in effect.values.items():
        if mark(declared, table.columns[name]) == NEXT:
            column = quoted(declared.next if isinstance(declared, Next) else name)
            cells.append(f"(SELECT coalesce(max({column}), 0) + 1 FROM {qualified(pack, effect.table)} WHERE {OWN})")  # noqa: S608
        else:
            cells.append(f"${2 + list(values).index(name)}")
    names = _listed('"tenant"', *(quoted(name) for name in effect.values))
    columns = tuple({**dict.fromkeys(effect.values), **dict.fromkeys(table.key)})
    adding = f"INSERT INTO {qualified(pack, effect.table)} ({names}) VALUES ({_listed('$1', *cells)})"  # noqa: S608
    changing = f"WITH added AS ({adding} RETURNING {_listed(*map(quoted, columns))}) "
    return Write(changing, "SELECT * FROM added", (tenant, *values.values()), columns)


def delete(pack: Pack, effect: Delete, situation: Situation) -> Write | None:
    """Removes the rows named and returns them whole, in the order of their key. None when nothing can match."""
    table = table_of(pack, effect.table)
    condition = where_clause(table, effect.where, situation)
    if condition is None:
        return None
    shown, order = _listed(*map(quoted, table.columns)), _listed(*map(quoted, table.key))
    changing = f"WITH gone AS (DELETE FROM {qualified(pack, effect.table)} WHERE {condition.sql} RETURNING {shown}) "  # noqa: S608
    return Write(changing, f"SELECT * FROM gone ORDER BY {order}", condition.values, tuple(table.columns))  # noqa: S608


def part(row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The columns of a returned row under `prefix`, without it."""
    return {name[len(prefix) :]: value for name, value in row.items() if name.startswith(prefix)}


def largest(table: Table, names: Mapping[str, Any]) -> list[str]:
    """The columns whose value only the write knows."""
    return [name for name, value in names.items() if mark(value, table.columns[name]) == NEXT]


def _listed(*parts: str) -> str:
    return ", ".join(parts)


def _as(column: str, prefix: str) -> str:
    return f"{quoted(column)} AS {quoted(prefix + column)}"
