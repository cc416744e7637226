"""Undo: whether what an operation did may be taken back, by whom, how long, and by what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import PackModel
from .durations import Duration

# The built-in operation that undoes others; every pack has it of which an operation may be undone.
UNDO = "undo"


class Undo(PackModel):
    """Without `operation` the recorded old values are written back, provided that nobody changed the rows since.

    `by`: a person alone, or the customer too; `within` bounds the customer, counted from when they asked. `operation`
    undoes by what it does itself, its rules included; `arguments` are expressions over `args`, `result` and `diff` of
    the ledger's entry.
    """

    by: Literal["person", "customer"] = "person"
    within: Duration | None = None
    operation: str | None = None
    arguments: dict[str, str] = Field(default_factory=dict)
