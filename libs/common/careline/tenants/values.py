"""Values of columns in `where`, `set` and `values`: a literal, `$name`, `{expr: ...}` or `{next: column}`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .base import PackModel

# Names that `$name` may use besides the operation's arguments.
BUILTIN_REFS = ("customer", "now", "today")


class Ref(PackModel):
    """`$name`: an argument of the operation, or customer, now, today."""

    ref: str


class Expr(PackModel):
    """`{expr: ...}`: an expression over args, facts, reads, now, today, customer."""

    expr: str


class Next(PackModel):
    """`{next: column}`: the column's largest value in the table plus one; in an insert only."""

    next: str = Field(min_length=1)


def _read_value(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return Ref(ref=value[1:])
    return value


Scalar = str | int | float | bool | None
Value = Annotated[Ref | Expr | Next | Scalar, BeforeValidator(_read_value)]
Match = dict[str, Value]
