"""What is searched for: the message, and what it leaves unsaid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from careline.contracts.turn import Turn
from careline.contracts.understanding import Attempt, Span
from careline.models.language import HAN

# A message of fewer words than this probably refers to what was said before.
_COMPLETE = 4
_CHARACTER = re.compile(rf"[{HAN}]")


def words_to_search(turn: Turn, terms: Sequence[str], earlier: Sequence[str]) -> Sequence[str]:
    """Search keys of the message; for a very short one, those of the customer's previous message as well."""
    words = sum(not _CHARACTER.fullmatch(term) for term in terms)
    if words >= _COMPLETE or not turn.history:
        return terms
    return [*terms, *earlier]


def passages_wanted(most: int, attempts: tuple[Attempt, ...], place: Span | None = None) -> int:
    """How many passages to fetch for the request said at `place`: more after each round in which its evidence was
    blamed."""
    start = 0 if place is None else place.start
    blamed = sum(attempt.stage == "retrieval" and attempt.start == start for attempt in attempts)
    return most * (1 + blamed)
