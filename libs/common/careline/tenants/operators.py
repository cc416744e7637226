"""Operators and functions of a pack's expressions: None-safe, and exact between numbers, dates and their texts.

None spreads as NULL does in SQL: arithmetic with None is None, and a comparison of order with None does not hold. Text
next to a number is read as a number, text next to a date as a date, and a moment next to a date as its day.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_DAYS = 100_000
MAX_TEXT = 10_000


def _align(left: Any, right: Any) -> tuple[Any, Any]:
    return _towards(left, right), _towards(right, left)


def _towards(value: Any, other: Any) -> Any:
    """`value` as something that can be compared and computed with `other`."""
    if isinstance(value, str):
        if _is_number(other):
            return _decimal(value)
        if isinstance(other, datetime):
            return datetime.fromisoformat(value)
        if isinstance(other, date):
            return to_date(value)
    if isinstance(value, float) and isinstance(other, Decimal | str):
        return _decimal(str(value))
    if isinstance(value, datetime) and isinstance(other, date) and not isinstance(other, datetime):
        return value.date()
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _decimal(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _order(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        return compare(*_align(left, right))

    return check


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    try:
        left, right = _align(left, right)
    except ValueError:  # a text that is no date equals no date
        return False
    return bool(left == right)


def _contains(item: Any, container: Any) -> bool:
    if container is None or item is None:
        return container is not None and not isinstance(container, str) and any(each is None for each in container)
    if isinstance(container, str):
        return str(item) in container
    return any(_equal(item, each) for each in container)


def _compute(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def apply(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        left, right = _align(left, right)
        result = function(left, right)
        if isinstance(result, str | list | tuple) and len(result) > MAX_TEXT:
            raise ValueError(f"the result is longer than {MAX_TEXT}")
        return result

    return apply


def _multiply(left: Any, right: Any) -> Any:
    if not (_is_number(left) or isinstance(left, timedelta)) or not (_is_number(right) or isinstance(right, timedelta)):
        raise TypeError("only numbers can be multiplied")
    return left * right


def days(n: Any) -> timedelta | None:
    """A duration of n days."""
    if n is None:
        return None
    if abs(n) > MAX_DAYS:
        raise ValueError(f"days({n}) is beyond {MAX_DAYS}")
    return timedelta(days=float(n))


def to_date(value: Any) -> date | None:
    """The day of a date, a moment or an ISO text."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return datetime.fromisoformat(str(value)).date()


def count(rows: Any) -> int:
    """How many rows: 0 for None, 1 for a single row."""
    if rows is None:
        return 0
    return 1 if isinstance(rows, Mapping) else len(rows)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def pick(*values: Any) -> Any:
        given = values[0] if len(values) == 1 and isinstance(values[0], list | tuple) else values
        present = [value for value in given if value is not None]
        if not present:
            return None
        best = present[0]
        for value in present[1:]:
            one, other = _align(best, value)
            best = choose(one, other)
        return best

    return pick


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "lower": lambda text: None if text is None else str(text).lower(),
    "len": lambda value: 0 if value is None else len(value),
    "abs": lambda value: None if value is None else abs(value),
    "min": _extreme(min),
    "max": _extreme(max),
    "days": days,
    "date": to_date,
    "count": count,
}

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _compute(operator.add),
    ast.Sub: _compute(operator.sub),
    ast.Mult: _compute(_multiply),
    ast.Div: _compute(operator.truediv),
    ast.FloorDiv: _compute(operator.floordiv),
    ast.Mod: _compute(operator.mod),
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: _order(operator.lt),
    ast.LtE: _order(operator.le),
    ast.Gt: _order(operator.gt),
    ast.GtE: _order(operator.ge),
    ast.In: _contains,
    ast.NotIn: lambda item, container: not _contains(item, container),
    ast.Is: _equal,
    ast.IsNot: lambda left, right: not _equal(left, right),
    ast.Not: operator.not_,
    ast.USub: lambda value: None if value is None else -value,
    ast.UAdd: lambda value: value,
}
