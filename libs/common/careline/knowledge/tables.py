"""Rows of a table in a document as sentences that can be read alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FIGURE = re.compile(r"\d")


def told(rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for each row: "Country: Germany; Cost: 4.90" when the first row has the names of the columns, else the
    cells with a bar between them. Rows are in order; the names' row is told by the others only."""
    if not _named(rows):
        return [" | ".join(cell for cell in row if cell) for row in rows]
    names = rows[0]
    return [
        "" if index == 0 else "; ".join(f"{name}: {cell}" for name, cell in zip(names, row, strict=False) if cell)
        for index, row in enumerate(rows)
    ]


def _named(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row looks like names of columns: short, all there, different, without figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    names = rows[0]
    plain = all(0 < len(name) <= 40 and not _FIGURE.search(name) for name in names)
    return plain and len(set(names)) == len(names) and all(len(row) <= len(names) for row in rows)
