"""What reading a guide gathers."""

from __future__ import annotations

from careline.knowledge.sections import Remark

from .pack import GuidePassage
from .problems import Problem


class Guide:
    """What was read: `passages`, `problems`, and `notes` about what is absent without being wrong. `skipped` are the
    files that could not be read as a whole: the rest is served."""

    def __init__(self) -> None:
        self.passages: list[GuidePassage] = []
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.skipped: list[str] = []

    def skip(self, name: str, why: Remark) -> None:
        """A whole file is left out."""
        self.skipped.append(name)
        self.remark(name, Remark(f"skipped: {why.message}", why.place))

    def remark(self, name: str, remark: Remark) -> None:
        """A part of a file is left out."""
        place = f"{name}, {remark.place}" if str(remark.place) else name
        self.notes.append(f"{place}: {remark.message}")
