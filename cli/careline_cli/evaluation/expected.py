"""What a question's author expects, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Outcome


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """A row that should be written: `new` holds the columns that matter. An update whose row has these values
    already is a no-op and expects nothing to be written."""

    table: str
    action: str
    key: dict[str, JsonScalar] = field(default_factory=dict)
    new: dict[str, JsonScalar] = field(default_factory=dict)

    @classmethod
    def parse(cls, row: dict[str, Any]) -> ExpectedRow:
        if row["action"] not in ("insert", "update", "delete"):
            raise ValueError(f"action {row['action']!r} is none of insert, update, delete")
        return cls(str(row["table"]), row["action"], dict(row.get("key") or {}), dict(row.get("new") or {}))


@dataclass(frozen=True, slots=True)
class Expected:
    """The author's answer. `rows` None: whatever the outcome implies (a success of an operation may write)."""

    outcome: Outcome
    operation: str | None = None
    args: dict[str, JsonScalar] | None = None  # None: the author says nothing about them
    missing: tuple[str, ...] = ()
    reason: str | None = None
    facts: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    profile_field: str | None = None
    rows: tuple[ExpectedRow, ...] | None = None
    listed: tuple[JsonScalar, ...] | None = None  # keys of the rows a look-up must tell of
    parts: tuple[Expected, ...] = ()  # for a message with several requests: each of them; nothing else is looked at


def parse_effect(effect: Any) -> tuple[tuple[ExpectedRow, ...] | None, tuple[JsonScalar, ...] | None]:
    """The short form `effect` of a question: (rows written, keys listed), None where it says nothing.

    `"none"`; `{"<table>_id": key, "set": {...}}`; `{"insert": {"<table>": {...}}}`; `{"result_<table>_ids": [...]}`.
    """
    if effect is None:
        return None, None
    if effect == "none":
        return (), None
    for name, value in effect.items():
        if name.startswith("result_") and name.endswith("_ids"):
            return (), tuple(value)
        if name.endswith("_id") and "set" in effect:
            return (ExpectedRow(name.removesuffix("_id"), "update", {"id": value}, dict(effect["set"])),), None
        if name == "insert":
            return tuple(ExpectedRow(table, "insert", {}, dict(row)) for table, row in value.items()), None
    # A form nobody told us: the outcome is graded, the rows are not.
    return None, None
