"""What others have published on a pack's questions: evals/published/*.json, each with its source.

CommandError
└── PublishedError    a file there cannot be read
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ..errors import CommandError


class PublishedError(CommandError):
    """A file of published figures cannot be read."""


class Point(BaseModel):
    """One configuration of a published system. Accuracies in percent, None where the source does not tell; `system`:
    questions that ask for an operation, `guide`: all others, `mean` of the two; `prompt_chars` and `calls` (a range)
    are for a question; `relative_cost` in percent of the baseline that the file's notes name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    pipeline: str
    levels: int | None
    executor: str | None = None
    others: str | None = None
    system: float | None = Field(ge=0, le=100)
    guide: float | None = Field(ge=0, le=100)
    mean: float = Field(ge=0, le=100)
    prompt_chars: int | None = Field(ge=0)
    calls: tuple[float, float] | None = None
    relative_cost: float | None = Field(default=None, ge=0)


class Published(BaseModel):
    """A source and its points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    pack: str
    title: str
    source: str
    url: str
    notes: tuple[str, ...] = ()
    points: tuple[Point, ...]

    @property
    def best(self) -> Point:
        """The point with the highest mean accuracy."""
        return max(self.points, key=lambda point: point.mean)


def published(folder: Path, pack: str) -> list[Published]:
    """What is published on a pack's questions; nothing if there is no such folder. Raises PublishedError."""
    found = []
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            # Other files there are of sets that no pack is evaluated on.
            if isinstance(content, dict) and content.get("pack") == pack:
                found.append(Published.model_validate(content))
        except (OSError, ValueError) as error:
            raise PublishedError(f"{file} holds no published figures: {error}") from error
    return found
