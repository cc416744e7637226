"""What is wrong with a pack: all of it at once, each with its place and what to do.

PackError    holds every Problem found
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `file` is relative to the pack, `line` and `column` count from 1 (0: the whole file)."""

    file: str
    line: int
    column: int
    message: str
    path: Path = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f" ({'.'.join(map(str, self.path))})" if self.path else ""
        return f"{place}: {self.message}{where}"


class PackError(Exception):
    """A pack cannot be used. `problems` is sorted by place."""

    def __init__(self, pack: str, problems: Iterable[Problem]) -> None:
        unique = {(p.file, p.line, p.column, p.message): p for p in problems}
        self.pack = pack
        self.problems = tuple(unique[key] for key in sorted(unique))
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__("\n".join([f"{pack}: {count}", *(f"  {problem}" for problem in self.problems)]))


def suggestion(wrong: str, possible: Iterable[str]) -> str:
    """ "; did you mean 'x'?" when something is close, else the list of what is possible, else nothing."""
    names = sorted(set(possible))
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    close = close or [name for name in names if len(wrong) > 1 and name.startswith(wrong)][:1]
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; there are: {', '.join(names[:20])}" if names else ""
