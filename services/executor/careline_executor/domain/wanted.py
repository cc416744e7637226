"""One request of a turn, with what its draft may rest on."""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.events import TurnGrounded
from careline.contracts.evidence import Passage
from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt, Understanding, said_in


@dataclass(frozen=True, slots=True)
class Wanted:
    """`understanding` is of this request alone; `attempts` are those at it."""

    turn: Turn
    understanding: Understanding
    passages: tuple[Passage, ...]
    attempts: tuple[Attempt, ...]

    @classmethod
    def main(cls, event: TurnGrounded) -> Wanted:
        """The request that may change something."""
        understanding = event.understanding
        attempts = event.attempts
        if understanding.span is not None:
            attempts = _at(event, understanding.span.start)
            understanding = understanding.alone(understanding)
        return cls(event.turn, understanding, event.evidence.passages, attempts)

    @classmethod
    def further(cls, event: TurnGrounded, number: int) -> Wanted:
        """One of those that are answered beside it, from 0."""
        request = event.understanding.further[number]
        attempts = _at(event, request.span.start if request.span else 0)
        return cls(event.turn, event.understanding.alone(request), event.evidence.of(number), attempts)

    @property
    def words(self) -> str:
        """What the customer says of it."""
        return said_in(self.turn.text, self.understanding.span)


def _at(event: TurnGrounded, start: int) -> tuple[Attempt, ...]:
    return tuple(attempt for attempt in event.attempts if attempt.start == start)
