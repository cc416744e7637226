"""Compares the rows that were written with those that should have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Outcome
from careline.contracts.turn import RowChange

from .expected import Expected, ExpectedRow

Row = Mapping[str, JsonScalar]

# Outcomes that must leave the business data alone, whatever else is expected.
_SILENT = frozenset(Outcome) - {Outcome.SUCCESS}


@dataclass(frozen=True, slots=True)
class Surplus:
    """Writes nobody asked for, and writes that are missing, in words; empty when there are none."""

    unexpected: str = ""
    missing: str = ""


def unexpected_writes(expected: Expected, diff: tuple[RowChange, ...], before: Mapping[str, object]) -> Surplus:
    """Compare. `before` maps `table` to its rows before the step (a list of mappings)."""
    if expected.rows is None:
        silent = expected.outcome in _SILENT or expected.operation is None
        return Surplus(unexpected=_words(diff)) if silent and diff else Surplus()
    wanted = [row for row in expected.rows if not _holds_already(row, before)]
    left = list(diff)
    missing = []
    for row in wanted:
        match = next((change for change in left if _fits(row, change)), None)
        if match is None:
            missing.append(f"{row.action} {row.table} {row.key} {row.new}")
        else:
            left.remove(match)
    return Surplus(_words(tuple(left)), "; ".join(missing))


def _holds_already(row: ExpectedRow, before: Mapping[str, object]) -> bool:
    if row.action != "update":
        return False
    rows = before.get(row.table)
    if not isinstance(rows, list):
        return False
    named = [old for old in rows if _has(old, row.key)]
    return bool(named) and all(_has(old, row.new) for old in named)


def _fits(row: ExpectedRow, change: RowChange) -> bool:
    if (row.table, row.action) != (change.table, change.action):
        return False
    if not _has(change.key | change.new if row.action == "insert" else change.key, row.key):
        return False
    if row.action == "insert":
        return _has(change.key | change.new, row.new)
    # Columns that had the expected value before do not show in the change; columns nobody named must not change.
    return all(_same(change.new[column], row.new[column]) for column in change.new if column in row.new) and (
        not row.new or set(change.new) <= set(row.new)
    )


def _has(row: Row, part: Row) -> bool:
    return all(column in row and _same(row[column], value) for column, value in part.items())


def _same(one: JsonScalar, other: JsonScalar) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) or isinstance(other, int | float):
        try:
            return float(str(one)) == float(str(other))
        except ValueError:
            return False
    return one == other


def _words(diff: tuple[RowChange, ...]) -> str:
    return "; ".join(f"{change.action} {change.table} {change.key} {change.new}" for change in diff)
