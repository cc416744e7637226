"""evals/*.jsonl: rows that can be read, and name only what the pack has."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from careline.contracts.reply import Outcome

from ..operations import Operation
from ..pack import GuidePassage
from ..problems import Problem, suggestion
from ..profile import Profile
from ..yaml_reader import Document, decode

# The keys of `expected`, and what stands there: a text, an object, a list of texts, a list of objects.
_TEXT, _OBJECT, _TEXTS, _OBJECTS = "a text", "an object", "a list of texts", "a list of objects"
_EXPECTED = {
    "operation": _TEXT,
    "args": _OBJECT,
    "missing": _TEXTS,
    "outcome": _TEXT,
    "reason": _TEXT,
    "facts": _TEXTS,
    "passages": _TEXTS,
    "profile_field": _TEXT,
    "rows": _OBJECTS,
    "effect": "'none' or an object",
    "parts": _OBJECTS,
}
_FITS: dict[str, Callable[[Any], bool]] = {
    _TEXT: lambda value: isinstance(value, str),
    _OBJECT: lambda value: isinstance(value, dict),
    _TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    _OBJECTS: lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    "'none' or an object": lambda value: value == "none" or isinstance(value, dict),
}


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
            turns = row.get("turns", [row])
            if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
                self._add(name, number, "turns is a list of objects with text and expected")
                continue
            for turn in turns:
                if not isinstance(turn.get("text"), str):
                    self._add(name, number, "a row (or each of its turns) needs text: what the customer writes")
                self._expected(name, number, turn.get("expected"))
        if text is not None and not seen and not self.problems:
            self._add(name, 1, "the set holds no questions; write one, or delete the file")

    def _expected(self, name: str, line: int, expected: Any) -> None:
        if not isinstance(expected, dict):
            self._add(name, line, "a row (or each of its turns) needs expected: {outcome: ...}")
            return
        for key in sorted(set(expected) - set(_EXPECTED)):
            self._add(name, line, f"unknown key {key!r} in expected{suggestion(key, _EXPECTED)}")
        misshapen = [
            key for key, kind in _EXPECTED.items() if expected.get(key) is not None and not _FITS[kind](expected[key])
        ]
        for key in misshapen:
            self._add(name, line, f"{key} has to be {_EXPECTED[key]}, not {expected[key]!r}"[:200])
        if misshapen:
            return
        if expected.get("parts"):
            for part in expected["parts"]:
                self._expected(name, line, part)
            return
        for row in expected.get("rows") or ():
            self._row(name, line, row)
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

    def _row(self, name: str, line: int, row: dict[str, Any]) -> None:
        if not isinstance(row.get("table"), str) or row.get("action") not in ("insert", "update", "delete"):
            self._add(name, line, "a row has a table, and an action: insert, update or delete")
        if any(not isinstance(row.get(key) or {}, dict) for key in ("key", "new")):
            self._add(name, line, "key and new of a row are objects: {column: value}")

    def _arguments(self, name: str, line: int, expected: dict[str, Any], operation: Operation) -> None:
        for argument in (*(expected.get("args") or {}), *(expected.get("missing") or [])):
            if argument not in operation.arguments:
                self._add(name, line, f"unknown argument {argument!r}{suggestion(argument, operation.arguments)}")

    def _add(self, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, 1, message))
