"""profile.yaml: the customer's basic facts, the queries that fetch them, and how they are said."""

from __future__ import annotations

from pydantic import Field

from .base import Examples, PackModel, Words
from .data import ColumnType


class Fact(PackModel):
    """A fact a customer may ask for. `values` says how a value (as text) is worded."""

    type: ColumnType
    values: dict[str, Words] = Field(default_factory=dict)
    examples: Examples
    say: Words


class GuideNote(PackModel):
    """Put before a guide answer when the expression `when` holds."""

    when: str
    say: Words


class Profile(PackModel):
    """`queries` are single SELECTs over the pack's tables, `:customer` is the signed claim; at most one row each."""

    queries: tuple[str, ...] = Field(min_length=1)
    known: str
    facts: dict[str, Fact] = Field(default_factory=dict)
    unknown: Words
    visible: tuple[str, ...] = ()
    guide_notes: tuple[GuideNote, ...] = ()
