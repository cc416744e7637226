"""After a rejection: another round, or a human."""

from __future__ import annotations

from careline.contracts.draft import AnswerDraft, Draft
from careline.contracts.understanding import Attempt, Request

from .verdict import Fault


def attempts_after(
    earlier: tuple[Attempt, ...], number: int, fault: Fault, understanding: Request, draft: Draft
) -> tuple[Attempt, ...]:
    """All attempts so far, this one last. `number` is its round, from 0; `understanding` is of the request at fault."""
    cited = tuple(citation.passage for citation in draft.citations) if isinstance(draft, AnswerDraft) else ()
    attempt = Attempt(
        round=number,
        stage=fault.stage,
        reason=fault.reason,
        route=understanding.route,
        operation=understanding.operation,
        citations=cited,
        start=understanding.span.start if understanding.span else 0,
    )
    return (*earlier, attempt)


def has_round_left(number: int, rounds: int) -> bool:
    """Whether round `number` (from 0) may be followed by another, of at most `rounds` repairs."""
    return number < rounds
