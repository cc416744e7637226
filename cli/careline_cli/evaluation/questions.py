"""Question sets: JSON lines, a question each, in the format of docs/reference/tenant-pack.md.

QuestionSetError    a line that cannot be used, with file and line
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from careline.contracts.reply import Outcome

from ..errors import CommandError
from .expected import Expected, ExpectedRow, parse_effect
from .locked import is_locked


class QuestionSetError(CommandError):
    """A question set cannot be read; says the file and the line."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the customer writes, and what should come of it (None: not graded, it only leads up to the next)."""

    text: str
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Question:
    """A conversation of one or more steps by one customer (None: an anonymous visitor) on a fresh copy of the data.
    `source` is the name of its file; `locked`: nobody is to read it."""

    id: str
    user: str | None
    steps: tuple[Step, ...]
    group: str
    kind: str
    language: str | None = None
    tags: tuple[str, ...] = field(default=())
    source: str = ""
    locked: bool = False


def load_questions(path: Path) -> tuple[Question, ...]:
    """All questions of a file. Raises QuestionSetError for the first line that cannot be used."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"cannot read the question set {path}: {error}") from error
    locked = is_locked(path)
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = replace(parse_question(json.loads(line)), source=path.name, locked=locked)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = "" if locked else f": {_reason(error)}"
            raise QuestionSetError(f"{path}:{number}: not a question{reason}") from error
        if question.id in questions:
            raise QuestionSetError(f"{path}:{number}: the id {question.id!r} occurs twice")
        questions[question.id] = question
    if not questions:
        raise QuestionSetError(f"{path} holds no questions")
    return tuple(questions.values())


def set_digest(path: Path) -> str:
    """SHA-256 of a question set, to tell whether two reports speak of the same one."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parse_question(row: dict[str, Any]) -> Question:
    """A question of one JSON object; raises KeyError, ValueError or TypeError."""
    if "turns" in row:
        steps = tuple(Step(str(turn["text"]), _expected(turn.get("expected"))) for turn in row["turns"])
    else:
        steps = (Step(str(row["text"]), _expected(row["expected"])),)
    if not steps:
        raise ValueError("turns is empty")
    return Question(
        id=str(row["id"]),
        user=row.get("user"),
        steps=steps,
        group=str(row.get("group", row["id"])),
        kind=str(row.get("kind", "unknown")),
        language=row.get("language"),
        tags=tuple(row.get("tags", ())),
    )


def _expected(value: dict[str, Any] | None) -> Expected | None:
    if value is None:
        return None
    rows = value.get("rows")
    writes, listed = parse_effect(value.get("effect"))
    return Expected(
        outcome=Outcome(value["outcome"]),
        operation=value.get("operation"),
        args=None if value.get("args") is None else dict(value["args"]),
        missing=tuple(value.get("missing") or ()),
        reason=value.get("reason"),
        facts=tuple(value.get("facts") or ()),
        passages=tuple(value.get("passages") or ()),
        profile_field=value.get("profile_field"),
        rows=writes if rows is None else tuple(ExpectedRow.parse(row) for row in rows),
        listed=listed,
    )


def _reason(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
