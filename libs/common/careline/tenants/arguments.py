"""The typed arguments of an operation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import Examples, PackModel, Words
from .values import Match

ArgumentType = Literal[
    "integer", "number", "money", "enum", "identifier", "text", "address", "email", "phone", "date", "lookup"
]

# Keys that only some types have.
TYPE_KEYS: dict[str, frozenset[str]] = {
    "integer": frozenset({"min", "max", "out_of_range", "cues"}),
    "number": frozenset({"min", "max", "out_of_range", "cues"}),
    "money": frozenset({"min", "max", "out_of_range", "cues"}),
    "enum": frozenset({"values", "cues"}),
    "identifier": frozenset({"pattern", "cues"}),
    "text": frozenset({"cues", "pattern", "max_length"}),
    "address": frozenset({"cues", "max_length"}),
    "email": frozenset({"cues"}),
    "phone": frozenset({"cues"}),
    "date": frozenset({"min", "max", "out_of_range", "cues"}),
    "lookup": frozenset({"table", "column", "where", "cues", "fuzzy"}),
}


class OutOfRange(PackModel):
    """The refusal when a value is outside of min and max."""

    reason: str
    say: Words


class FromRecord(PackModel):
    """Where the value is taken from when the customer names none: the only matching row's column."""

    table: str
    column: str
    where: Match


class ArgumentSpec(PackModel):
    """An argument as the pack declares it.

    `min` and `max` are numbers, for a date expressions over now and today. `values` (enum) are the words for each
    key by language. `cues` are words that stand before the value. `table`, `column`, `where`, `fuzzy` belong to a
    look-up.
    """

    type: ArgumentType
    label: Words
    ask: Words
    samples: tuple[str, ...] = ()
    optional: bool = False
    default: str | int | float | bool | None = None
    from_record: FromRecord | None = None
    min: int | float | str | None = None
    max: int | float | str | None = None
    out_of_range: OutOfRange | None = None
    values: dict[str, Examples] = Field(default_factory=dict)
    pattern: str | None = None
    max_length: int | None = Field(default=None, ge=1, le=8192)
    cues: Examples = Field(default_factory=dict)
    table: str | None = None
    column: str | None = None
    where: Match = Field(default_factory=dict)
    fuzzy: bool = False
