"""The cells of a tenant's first rows: each as its column's type, or a sentence that says which is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .data import Column, Table
from .errors import RowsError

Row = tuple[Any, ...]  # in the order of the table's columns

# What fits into an entry of a Postgres index, with the tenant's name.
MAX_KEY_BYTES = 2000


def converted(source: str, table: Table, rows: Any, first: int) -> list[Row]:
    """`rows` (mappings by column, counted from `first`) in the order of the table's columns. Raises RowsError."""
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes | Mapping):
        raise RowsError(f"{source}: a list of rows is needed, not a {type(rows).__name__}")
    result: list[Row] = []
    keys: dict[Row, int] = {}
    positions = [list(table.columns).index(key) for key in table.key]
    for number, row in enumerate(rows, start=first):
        if not isinstance(row, Mapping) or set(row) - set(table.columns):
            extra = sorted(set(row) - set(table.columns)) if isinstance(row, Mapping) else [type(row).__name__]
            raise RowsError(f"{source}, row {number}: {', '.join(extra)} is not declared in data.yaml")
        values = tuple(_cell(source, number, name, column, row.get(name)) for name, column in table.columns.items())
        key = tuple(values[position] for position in positions)
        before = keys.setdefault(key, number)
        if sum(len(str(part).encode()) for part in key) > MAX_KEY_BYTES:
            raise RowsError(f"{source}, row {number}: the key is longer than {MAX_KEY_BYTES} bytes")
        if before != number:
            raise RowsError(f"{source}, row {number}: the key is that of row {before} already")
        result.append(values)
    return result


def _cell(source: str, number: int, name: str, column: Column, value: Any) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise RowsError(f"{source}, row {number}: {name} is empty; give a value or declare it {column.type}?")
    try:
        return _CONVERT[column.type](value)
    except (ValueError, TypeError, KeyError, OverflowError, InvalidOperation) as error:
        raise RowsError(f"{source}, row {number}: {name} is {str(value)[:40]!r}, which is no {column.type}") from error


def _text(value: Any) -> str:
    text = str(value)
    if "\x00" in text:
        raise ValueError("NUL")
    text.encode()  # half a surrogate pair is no text
    return text


def _integer(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or number != Decimal(str(value)) or abs(number) >= 2**63:
        raise ValueError(value)
    return number


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    # Postgres keeps 131072 digits before the point and 16383 behind it.
    if not number.is_finite() or number.adjusted() > 131_000 or int(number.as_tuple().exponent) < -16_383:
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool:
    words = {"true": True, "t": True, "1": True, "yes": True, "false": False, "f": False, "0": False, "no": False}
    return value if isinstance(value, bool) else words[str(value).strip().lower()]


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError(value)
    return value if isinstance(value, date) else date.fromisoformat(value)


def _timestamp(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    # In UTC, so that a moment beyond the calendar's ends is noticed here.
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
