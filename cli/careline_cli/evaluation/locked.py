"""Rows of a locked set: whoever develops the system may know how many are right, and which, but not what they say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What remains of a row. No text, no reply, no argument, no row of the database, no turn to look up: each would tell
# the question or its answer.
_KEPT = ("id", "set", "right", "aspect", "wrong_write", "kind", "group", "expected_route",
         "outcome", "ms", "rounds", "llm", "locked")  # fmt: skip

_EMPTY: Mapping[str, Any] = {
    "text": "", "reply": "", "turn": "", "operation": None, "args": {}, "reason": None, "citations": [], "diff": [],
    "timeline": [],
}  # fmt: skip


def is_locked(file: Path) -> bool:
    """Whether a question set is locked: by its name, `locked.jsonl` or `locked-<anything>.jsonl`."""
    return file.stem == "locked" or file.stem.startswith("locked-")


def redacted(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without anything that was said; `why` is only what it is about."""
    kept = {name: row[name] for name in _KEPT if name in row}
    why = f"wrong {row['aspect'] or 'result'}" if not row["right"] else ""
    return {**_EMPTY, **kept, "why": why}
