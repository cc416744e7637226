"""What another system answered, and single values in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline.contracts.base import JsonScalar

LONGEST = 1000  # of a text that is shown or kept


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is HTTP's, 0 for a tool; `error`: a tool says that it failed. `content` is JSON, None without any.
    `whole`: it is what the description promises."""

    status: int
    content: Any = None
    error: bool = False
    whole: bool = True

    def scope(self) -> dict[str, Any]:
        """The names that a pack's expressions over answers see."""
        return {"status": self.status, "answer": self.content if isinstance(self.content, dict) else {}}


def value_at(content: Any, path: str) -> JsonScalar:
    """The single value at a dotted path; None when there is none. Raises ValueError for a list or an object, and for a
    text of more than LONGEST characters."""
    current = content
    for name in path.split("."):
        if isinstance(current, Mapping):
            current = current.get(name)
        elif isinstance(current, list) and name.isdigit() and int(name) < len(current):
            current = current[int(name)]
        else:
            return None
    if isinstance(current, Mapping | list) or (isinstance(current, str) and len(current) > LONGEST):
        raise ValueError(f"{path} holds no single value")
    return current  # type: ignore[no-any-return]
