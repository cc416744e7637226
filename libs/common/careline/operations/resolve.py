"""Declared values (`$argument`, `$customer`, `$now`, `$today`, `{expr: ...}`, literals) as values of their columns.

`{next: column}` and the moment of writing are not known before the write. In a diff they stand as *marks*, so that the
same operation has the same diff whenever it is looked at: `⟨next⟩`, `⟨now⟩`, or `⟨expression⟩` for a timestamp that an
expression counts from now.
"""

from __future__ import annotations

import re
from typing import Any

from careline.contracts.base import JsonScalar
from careline.tenants.expressions import evaluate
from careline.tenants.model import Column, Expr, Next, Ref, Value

from .columns import to_column
from .errors import UnknownName, UnresolvedValue
from .situation import Situation

NEXT = "⟨next⟩"
NOW = "⟨now⟩"

_NAMES_NOW = re.compile(r"\bnow\b")


def resolve(value: Value, column: Column, situation: Situation, name: str = "") -> Any:
    """The typed value for `column`. Raises UnresolvedValue; UnknownName for a `$name` that is nothing."""
    if isinstance(value, Next):
        raise UnresolvedValue(f"{name}: the next number is known only to an insert")
    return to_column(raw(value, situation), column, name)


def raw(value: Value, situation: Situation) -> Any:
    """What `value` stands for, not yet made to fit a column."""
    if isinstance(value, Ref):
        return _referred(value.ref, situation)
    if isinstance(value, Expr):
        return evaluate(value.expr, situation.scope())
    return value


def mark(value: Value, column: Column) -> str | None:
    """The mark that stands for `value` in a diff, or None when the value itself does."""
    if isinstance(value, Next):
        return NEXT
    if isinstance(value, Ref) and value.ref == "now":
        return NOW
    if isinstance(value, Expr) and column.type == "timestamp" and _NAMES_NOW.search(value.expr):
        return f"⟨{value.expr}⟩"
    return None


def is_mark(value: JsonScalar) -> bool:
    """Whether a value in a diff is a mark."""
    return isinstance(value, str) and value.startswith("⟨") and value.endswith("⟩")


def _referred(name: str, situation: Situation) -> Any:
    match name:
        case "customer":
            return situation.customer
        case "now":
            return situation.now
        case "today":
            return situation.today
    if name not in situation.args:
        raise UnknownName(f"${name} is no argument of the operation")
    return situation.args[name]
