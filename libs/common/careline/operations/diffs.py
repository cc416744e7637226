"""Row changes in their one form: both the executor's dry run and the verifier's preview end here, and must agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.turn import RowChange
from careline.tenants.model import Insert, Match, Pack, Table

from .columns import to_json
from .reads import table_of
from .resolve import mark
from .situation import Row

Cells = dict[str, JsonScalar]


def updated(
    pack: Pack, table: str, old: Row, new: Mapping[str, Any], declared: Match | None = None
) -> RowChange | None:
    """The change of one row, or None when every column has its value already. `old` holds key and changed columns.

    `declared` says which of the new values stand as marks; without it, they are the values as written.
    """
    columns = table_of(pack, table)
    before, after = _cells(old), marked(columns, new, declared or {})
    # A moment of writing beside other columns is no change by itself: doing nothing twice must not look like doing
    # something.
    said = telling(columns, declared) if declared else tuple(after)
    if all(before[name] == after[name] for name in said):
        return None
    changed = [name for name, value in after.items() if before[name] != value]
    return RowChange(
        table=table,
        action="update",
        key=_key(columns, before),
        old={name: before[name] for name in changed},
        new={name: after[name] for name in changed},
    )


def inserted(pack: Pack, effect: Insert, new: Mapping[str, Any]) -> RowChange:
    """The row that `effect` adds: the columns it names."""
    columns = table_of(pack, effect.table)
    cells = marked(columns, new, effect.values)
    return RowChange(table=effect.table, action="insert", key=_key(columns, cells), new=cells)


def deleted(pack: Pack, table: str, old: Row) -> RowChange:
    """The row that goes, with all its columns."""
    cells = _cells(old)
    return RowChange(table=table, action="delete", key=_key(table_of(pack, table), cells), old=cells)


def marked(columns: Table, values: Mapping[str, Any], declared: Match) -> Cells:
    """The values as JSON, with marks where the declaration leaves the value to the moment of writing."""
    return {
        name: mark(declared[name], columns.columns[name]) or to_json(value) if name in declared else to_json(value)
        for name, value in values.items()
    }


def as_scope(diff: Iterable[RowChange]) -> list[dict[str, Any]]:
    """Row changes as words see them under `diff`."""
    return [change.model_dump(mode="json") for change in diff]


def telling(columns: Table, declared: Match) -> tuple[str, ...]:
    """The columns whose difference makes an update a change: those without a mark; all, when every one has a mark."""
    plain = tuple(name for name, value in declared.items() if mark(value, columns.columns[name]) is None)
    return plain or tuple(declared)


def _cells(row: Row) -> Cells:
    return {name: to_json(value) for name, value in row.items()}


def _key(columns: Table, cells: Mapping[str, JsonScalar]) -> Cells:
    return {name: cells.get(name) for name in columns.key}
