"""A run that `careline eval --json` wrote.

CommandError
└── SavedRunError    the file is not there, or no such run; says the file and what is wrong
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ..errors import CommandError

Row = Mapping[str, Any]
_NEEDED = {"id": str, "right": bool, "group": str}


class SavedRunError(CommandError):
    """A saved run cannot be read."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} is no saved run: {why}.", "Give a file that `careline eval PACK --json FILE` wrote.")


@dataclass(frozen=True, slots=True)
class SavedRun:
    """`sets`: file name -> SHA-256; `rows` in the order of the questions."""

    name: str
    pack: str
    sets: Mapping[str, str]
    summary: Mapping[str, Any]
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises SavedRunError."""
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise SavedRunError(file, str(error)) from error
        if not isinstance(content, dict):
            raise SavedRunError(file, "not an object")
        return cls.of(content, file)

    @classmethod
    def of(cls, content: Mapping[str, Any], file: Path) -> Self:
        """`file` is what errors name. Raises SavedRunError."""
        parts = [content.get(name) for name in ("sets", "summary", "rows")]
        if not (isinstance(parts[0], dict) and isinstance(parts[1], dict) and isinstance(parts[2], list)):
            raise SavedRunError(file, "sets, summary or rows are missing")
        for number, row in enumerate(parts[2], 1):
            wrong = _problem(row)
            if wrong:
                raise SavedRunError(file, f"row {number}: {wrong}")
        return cls(file.name, str(content.get("pack", "")), parts[0], parts[1], tuple(parts[2]))


def _problem(row: object) -> str:
    if not isinstance(row, dict):
        return "not an object"
    return next((f"{name} is missing" for name, kind in _NEEDED.items() if not isinstance(row.get(name), kind)), "")
