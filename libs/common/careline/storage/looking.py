"""Statements made into one, so that what is asked of the database takes one round trip instead of one each.

A statement of its own brings its claim along: `set_config` runs in a part that everything else depends on, so before
any row is looked at, and holds until the statement ends. Without it no row would be visible. Parts of one statement see
one snapshot of the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# What is in quotes stays as it is.
_PLACE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\d+)")


@lru_cache(maxsize=1024)
def shifted(sql: str, by: int) -> str:
    """The statement with its parameters numbered from `by` + 1 on."""
    return _PLACE.sub(lambda found: f"${int(found[1]) + by}" if found[1] else found[0], sql)


@lru_cache(maxsize=512)
def claimed(sql: str, count: int) -> str:
    """A statement of `count` parameters that takes two more, the tenant and its claim, and makes them hold for itself.

    OFFSET 0 keeps the planner from looking at the rows first.
    """
    claim = (
        f"set_config('careline.tenant', ${count + 1}, true) AS t, set_config('careline.claim', ${count + 2}, true) AS c"
    )
    return (
        f"WITH claimed AS MATERIALIZED (SELECT {claim}) SELECT seen.* FROM claimed CROSS JOIN LATERAL "  # noqa: S608
        f"(SELECT asked.* FROM ({sql}) AS asked WHERE claimed.t IS NOT NULL AND claimed.c IS NOT NULL OFFSET 0) AS seen"
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A statement to be put together with others: with how many parameters, and how many columns it returns. `single`:
    only its first row is wanted, or nulls, and its columns may be of any type; else all its rows, of plain types."""

    sql: str
    parameters: int
    columns: int
    single: bool = False


@lru_cache(maxsize=512)
def together(parts: tuple[Part, ...], rest: str = "", *, begin: int = 0) -> str:
    """A SELECT of one row with what each part returns (see `rows_of`), then the columns of `rest`, a SELECT of at most
    one row. Parameters in that order, those of `rest` last, from `begin` + 1 on."""
    listed, joined, place = [], ["(SELECT) AS one"], begin
    for number, part in enumerate(parts):
        sql = shifted(part.sql, place)
        if part.single:
            names = ", ".join(_name(number, column) for column in range(part.columns))
            listed.append(f"p{number}.*")
            joined.append(f"(SELECT * FROM ({sql}) AS p LIMIT 1) AS p{number} ({names}) ON true")  # noqa: S608
        else:
            listed.append(f"ARRAY(SELECT p FROM ({sql}) AS p) AS {_name(number)}")  # noqa: S608
        place += part.parameters
    if rest:
        listed.append("rest.*")
        joined.append(f"({shifted(rest, place)}) AS rest ON true")
    return f"SELECT {', '.join(listed)} FROM {' LEFT JOIN LATERAL '.join(joined)}"  # noqa: S608


def rows_of(
    row: Mapping[str, Any], number: int, columns: Sequence[str], *, single: bool = False
) -> list[dict[str, Any]]:
    """The rows of part `number` of `together`, its columns called so."""
    if single:
        return [{name: row[_name(number, place)] for place, name in enumerate(columns)}]
    return [dict(zip(columns, values, strict=True)) for values in row[_name(number)]]


def _name(part: int, column: int | None = None) -> str:
    return f"part{part}" if column is None else f"part{part}_{column}"
