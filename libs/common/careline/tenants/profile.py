"""profile.yaml: the customer's basic facts, the queries that fetch them, and how they are said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from .base import Examples, PackModel, Words
from .data import ColumnType
from .recognition import Recognise

Personal = Literal["name", "email", "phone", "address", "birth_date", "document", "record", "none"]


class Fact(PackModel):
    """A fact a customer may ask for. `values` says how a value (as text) is worded."""

    type: ColumnType
    values: dict[str, Words] = Field(default_factory=dict)
    examples: Examples
    say: Words


class GuideNote(PackModel):
    """Put before a guide answer when the expression `when` holds. `about`: only before answers from these articles
    ("returns") or sections ("returns#3"); without any, before every answer."""

    when: str
    about: tuple[str, ...] = ()
    say: Words

    def concerns(self, passages: Iterable[str]) -> bool:
        """Whether any of the passages, by their ids, is one that the note is about."""
        return not self.about or any({passage, passage.partition("#")[0]} & set(self.about) for passage in passages)


class Profile(PackModel):
    """`queries` are single SELECTs over the pack's tables, `:customer` is the signed claim; at most one row each.

    `personal` says what a column of theirs is when it names a person ("name": parts of it count, too) or does not
    ("none"). `sealed` names columns ("customers.phone") that are encrypted at rest under the key of the row's customer.
    """

    queries: tuple[str, ...] = Field(min_length=1)
    known: str
    facts: dict[str, Fact] = Field(default_factory=dict)
    unknown: Words
    recognise: Recognise | None = None
    visible: tuple[str, ...] = ()
    personal: dict[str, Personal] = Field(default_factory=dict)
    sealed: tuple[str, ...] = ()
    guide_notes: tuple[GuideNote, ...] = ()
