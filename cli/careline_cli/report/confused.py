"""A confusion table made ready to be drawn. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """`turns` of an expectation that went this way; `shade` 0 to 100, their part of it; `right`: as expected."""

    turns: int
    shade: int
    right: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows`: the expected, with a cell for each of `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def grid(table: Mapping[str, Mapping[str, int]]) -> Grid:
    """Columns in the order of the rows, those that nobody expected last."""
    given = {name for row in table.values() for name in row}
    columns = (*(name for name in table if name in given), *sorted(given - set(table)))
    rows = []
    for wanted, counts in table.items():
        total = sum(counts.values()) or 1
        cells = tuple(
            Cell(counts.get(name, 0), round(100 * counts.get(name, 0) / total), name == wanted) for name in columns
        )
        rows.append((wanted, cells))
    return Grid(columns, tuple(rows))
