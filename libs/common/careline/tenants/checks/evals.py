"""evals/*.jsonl: rows that can be read, and name only what the pack has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from careline.contracts.reply import Outcome

from ..operations import Operation
from ..pack import GuidePassage
from ..problems import Problem, suggestion
from ..profile import Profile
from ..yaml_reader import Document, decode

_EXPECTED = frozenset(
    ("operation", "args", "missing", "outcome", "reason", "facts", "passages", "profile_field", "rows", "effect")
)


def check_evals(
    folder: Path, operations: dict[str, Operation], profile: Profile | None, guide: list[GuidePassage]
) -> list[Problem]:
    """The problems of every evaluation set in `folder`."""
    checker = _Checker(operations, profile, {passage.id for passage in guide})
    for file in sorted((folder / "evals").glob("*.jsonl")):
        checker.read(f"evals/{file.name}", file.read_bytes())
    return checker.problems


class _Checker:
    def __init__(self, operations: dict[str, Operation], profile: Profile | None, passages: set[str]) -> None:
        self.operations, self.profile, self.passages = operations, profile, passages
        self.problems: list[Problem] = []

    def read(self, name: str, data: bytes) -> None:
        document = Document(name)
        text = decode(document, data)
        self.problems.extend(document.problems)
        seen: dict[str, int] = {}
        for number, line in enumerate((text or "").splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                self._add(name, number, f"this is not JSON: {error}")
                continue
            if not isinstance(row, dict) or not row.get("id") or not (row.get("text") or row.get("turns")):
                self._add(name, number, "a row is an object with id, text (or turns) and expected")
                continue
            before = seen.setdefault(str(row["id"]), number)
            if before != number:
                self._add(name, number, f"the id {row['id']!r} stands in line {before} already")
            for turn in row.get("turns") or [row]:
                self._expected(name, number, turn.get("expected") if isinstance(turn, dict) else None)

    def _expected(self, name: str, line: int, expected: Any) -> None:
        if not isinstance(expected, dict):
            self._add(name, line, "a row (or each of its turns) needs expected: {outcome: ...}")
            return
        for key in sorted(set(expected) - _EXPECTED):
            self._add(name, line, f"unknown key {key!r} in expected{suggestion(key, _EXPECTED)}")
        outcome = expected.get("outcome")
        if outcome not in set(Outcome):
            self._add(
                name, line, f"unknown outcome {outcome!r}{suggestion(str(outcome), [each.value for each in Outcome])}"
            )
        operation = expected.get("operation")
        if operation is not None and operation not in self.operations:
            self._add(name, line, f"unknown operation {operation!r}{suggestion(str(operation), self.operations)}")
        elif operation is not None:
            self._arguments(name, line, expected, self.operations[operation])
        field = expected.get("profile_field")
        if field is not None and self.profile is not None and field not in self.profile.facts:
            self._add(name, line, f"unknown fact {field!r}{suggestion(str(field), self.profile.facts)}")
        for passage in expected.get("passages") or []:
            if self.passages and passage not in self.passages:
                self._add(name, line, f"the guide has no passage {passage!r}")

    def _arguments(self, name: str, line: int, expected: dict[str, Any], operation: Operation) -> None:
        for argument in (*(expected.get("args") or {}), *(expected.get("missing") or [])):
            if argument not in operation.arguments:
                self._add(name, line, f"unknown argument {argument!r}{suggestion(argument, operation.arguments)}")

    def _add(self, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, 1, message))
