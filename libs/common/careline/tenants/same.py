"""A guide as a key: by which object it is, since to compare all its words would take longer than all else."""

from __future__ import annotations

from dataclasses import dataclass

from .pack import GuidePassage


@dataclass(frozen=True, eq=False, slots=True)
class SameGuide:
    """Equal to another of the very same tuple of passages."""

    passages: tuple[GuidePassage, ...]

    def __hash__(self) -> int:
        return id(self.passages)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameGuide) and self.passages is other.passages
