"""Tables, columns and the values put into them: shared by the checks of data, profile and operations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from ..data import Column, Data, Table
from ..problems import Path, suggestion
from ..values import BUILTIN_REFS, Expr, Match, Next, Ref, Value
from .report import Names, Report


def table_of(report: Report, path: Path, data: Data, name: str) -> Table | None:
    """The table `name`; a problem at `path` when there is none."""
    table = data.tables.get(name)
    if table is None:
        report.add(path, f"unknown table {name!r}{suggestion(name, data.tables)}")
    return table


def column_of(report: Report, path: Path, table: Table, name: str) -> Column | None:
    """The column `name` of `table`; a problem at `path` when there is none."""
    column = table.columns.get(name)
    if column is None:
        report.add(path, f"unknown column {name!r}{suggestion(name, table.columns)}")
    return column


def check_match(
    report: Report,
    path: Path,
    table: Table,
    match: Match,
    names: Names,
    arguments: Collection[str],
    *,
    insert: bool = False,
) -> None:
    """Every column exists and every value can stand there. `names` are those of expressions."""
    for name, value in match.items():
        at = (*path, name)
        column = column_of(report, at, table, name)
        if isinstance(value, Ref):
            known = {*arguments, *BUILTIN_REFS}
            if value.ref not in known:
                report.add(at, f"${value.ref} is no argument{suggestion(value.ref, known)}")
        elif isinstance(value, Expr):
            report.expression((*at, "expr"), value.expr, names)
        elif isinstance(value, Next):
            _check_next(report, at, table, value, insert=insert)
        elif column is not None and not _fits(value, column):
            report.add(at, f"{value!r} does not fit a column of type {column.type}")


def _check_next(report: Report, at: Path, table: Table, value: Next, *, insert: bool) -> None:
    if not insert:
        report.add(at, "{next: ...} is for the values of an insert only")
    column = column_of(report, (*at, "next"), table, value.next)
    if column is not None and column.type != "integer":
        report.add((*at, "next"), f"{{next: {value.next}}} needs an integer column, not {column.type}")


def _fits(value: Value, column: Column) -> bool:
    if value is None:
        return column.nullable
    if isinstance(value, bool) or column.type == "boolean":
        return isinstance(value, bool) and column.type == "boolean"
    try:
        match column.type:
            case "text":
                return True
            case "integer":
                return isinstance(value, int)
            case "number":
                return Decimal(str(value)).is_finite()
            case "date":
                return bool(date.fromisoformat(str(value)))
            case _:
                return datetime.fromisoformat(str(value)).tzinfo is not None
    except (ValueError, InvalidOperation):
        return False
