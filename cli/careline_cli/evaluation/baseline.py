"""What doing nothing would score: a system without any model or rule that gives every question the same answer.

A share of right rows says little without it: a set that is full of what cannot be answered is half won by refusing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from careline.contracts.reply import Outcome

from .grade import grade
from .observed import Observed
from .questions import Question

# "A person will help you" and "I don't know", to everything.
IDLE: Mapping[str, Outcome] = {"hands over": Outcome.HANDOVER, "does not know": Outcome.OUT_OF_SCOPE}


def idle_scores(questions: Sequence[Question]) -> dict[str, dict[str, int]]:
    """By policy: rows, and how many of them the same grader finds right. Nothing is written, so no write is wrong."""
    return {name: _score(questions, Observed(outcome)) for name, outcome in IDLE.items()}


def _score(questions: Sequence[Question], always: Observed) -> dict[str, int]:
    right = sum(
        all(step.expected is None or grade(step.expected, always, {}, {}).right for step in question.steps)
        for question in questions
    )
    return {"rows": len(questions), "right": right}
