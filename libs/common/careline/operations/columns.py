"""Values of columns: what the driver takes, and what travels in diffs and facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from careline.contracts.base import JsonScalar
from careline.tenants.model import Column

from .errors import UnresolvedValue

_LARGEST_INTEGER = 2**63 - 1  # bigint
_DIGITS = 40  # before or after the point: beyond every amount, far below what would fill memory


def to_column(value: Any, column: Column, name: str = "") -> Any:
    """`value` as the type that `column` holds: str, int, Decimal, bool, date or datetime (UTC), or None.

    Raises UnresolvedValue when that would need a guess ("12 or so" for a number, None for a column that holds none).
    """
    if value is None:
        if column.nullable:
            return None
        raise UnresolvedValue(f"{name}: the column takes no NULL")
    try:
        return _CONVERT[column.type](value)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise UnresolvedValue(f"{name}: a {type(value).__name__} does not fit a column of {column.type}") from error


def to_json(value: Any) -> JsonScalar:
    """The one form of a value in diffs and facts: decimals as text without trailing zeros, times as ISO in UTC."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, datetime):
        return _aware(value).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_decimal(value: Decimal) -> str:
    """12.50 and 12.5 are the same amount, so they get the same text."""
    return format(value.normalize(), "f") if value else "0"


def _text(value: Any) -> str:
    if isinstance(value, str):
        if "\x00" in value:  # Postgres holds every character but this
            raise ValueError
        return value
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise TypeError


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, float | Decimal) and value != int(value):
        raise ValueError
    number = int(value)
    if abs(number) > _LARGEST_INTEGER:
        raise ValueError
    return number


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        raise InvalidOperation
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise TypeError


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError
    return value if isinstance(value, date) else date.fromisoformat(value)


def _timestamp(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return _aware(moment).astimezone(UTC)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


_CONVERT = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
