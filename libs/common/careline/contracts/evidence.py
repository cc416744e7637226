"""What retrieval found for a turn."""

from __future__ import annotations

from pydantic import Field

from .base import Frozen


class Passage(Frozen):
    """A piece of the guide.

    `id` is stable within a pack version: `document#n`. `score` is comparable within one search only.
    """

    id: str
    document: str
    version: str
    language: str
    title: str
    question: str = ""  # the question it answers, when the source says so
    text: str
    score: float = 0.0
    similarity: float = 0.0  # cosine to the message, -1..1


class Evidence(Frozen):
    """Guide passages (best first), further rows of the customer (table -> rows), operations that apply. `further` has
    the passages for each of the understanding's further requests; empty when none needs any."""

    passages: tuple[Passage, ...] = ()
    records: dict[str, list[dict[str, str | int | float | bool | None]]] = Field(default_factory=dict)
    operations: tuple[str, ...] = ()
    further: tuple[tuple[Passage, ...], ...] = ()

    def of(self, number: int) -> tuple[Passage, ...]:
        """The passages of the further request `number`, from 0."""
        return self.further[number] if number < len(self.further) else ()
