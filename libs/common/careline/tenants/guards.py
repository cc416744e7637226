"""How often an operation may be done: cooling-off after the last time, and a number of times per period."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .base import PackModel, Words
from .durations import Duration

Reason = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _same(value: Any) -> Any:
    if value == "row" or (isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)):
        return value
    raise ValueError(f"{value!r}: 'same' is row, or a list of arguments (an empty one: whatever their values)")


class CoolingOff(PackModel):
    """Not again within `period`. `same` says what "again" means: `row` (a row that the operation would change was
    changed by it before, whoever asked), or arguments (the same customer, the same values; none: with any values)."""

    period: Duration
    same: Annotated[Literal["row"] | tuple[str, ...], BeforeValidator(_same)] = "row"
    reason: Reason
    say: Words


class RateLimit(PackModel):
    """At most `times` within `per` for each customer (for each visitor, where anybody may ask)."""

    times: int = Field(ge=1, le=1000)
    per: Duration
    reason: Reason
    say: Words
