"""Tiers in order: the first that is sure enough answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from .errors import CallFailed, LlmError
from .usage import NOTHING, Spent

Q = TypeVar("Q")
T = TypeVar("T")


@dataclass(frozen=True)
class Judged(Generic[T]):
    """A tier's answer. `confidence` in [0, 1] is calibrated; anything else, NaN included, counts as none at all."""

    value: T
    confidence: float
    spent: Spent = NOTHING


@dataclass(frozen=True)
class Step(Generic[Q, T]):
    """A tier of a role. `threshold` comes from calibration for a stated precision."""

    tier: str
    threshold: float
    ask: Callable[[Q], Awaitable[Judged[T]]]

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"the threshold of the {self.tier} tier has to lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class Asked:
    """One tier's part. `error` is the type of what went wrong; `confidence` is None then."""

    tier: str
    threshold: float
    outcome: Literal["answered", "unsure", "failed"]
    confidence: float | None = None
    error: str = ""
    spent: Spent = NOTHING


@dataclass(frozen=True)
class Decision(Generic[T]):
    """What came of it. `value` and `tier` are None when no tier was sure enough: a person is needed."""

    role: str
    value: T | None
    tier: str | None
    asked: tuple[Asked, ...]

    @property
    def spent(self) -> Spent:
        """All tiers together."""
        return sum((one.spent for one in self.asked), NOTHING)


@dataclass(frozen=True)
class Cascade(Generic[Q, T]):
    """A role's tiers, the cheapest first."""

    role: str
    steps: tuple[Step[Q, T], ...]

    async def decide(self, question: Q) -> Decision[T]:
        """Asks tier after tier. A model that fails is passed over; other errors are the caller's."""
        asked: list[Asked] = []
        for step in self.steps:
            try:
                judged = await step.ask(question)
            except LlmError as error:
                spent = error.spent if isinstance(error, CallFailed) else NOTHING
                asked.append(Asked(step.tier, step.threshold, "failed", error=type(error).__name__, spent=spent))
                continue
            # Written so that NaN clears nothing.
            sure = step.threshold <= judged.confidence <= 1
            outcome: Literal["answered", "unsure"] = "answered" if sure else "unsure"
            asked.append(Asked(step.tier, step.threshold, outcome, judged.confidence, spent=judged.spent))
            if sure:
                return Decision(self.role, judged.value, step.tier, tuple(asked))
        return Decision(self.role, None, None, tuple(asked))
