"""What came back for one step of a question."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Outcome
from careline.contracts.turn import RowChange


@dataclass(frozen=True, slots=True)
class Observed:
    """One turn as it ended. `cited` maps the id of each cited passage to its text; `diff` is what the database
    shows to be written by this step, whatever any event claims; `ms` from POST to reply."""

    outcome: Outcome | None  # None: no reply within the time limit
    reply: str = ""
    operation: str | None = None
    args: dict[str, JsonScalar] = dataclasses.field(default_factory=dict)
    missing: tuple[str, ...] = ()
    reason: str | None = None
    field: str | None = None
    cited: dict[str, str] = dataclasses.field(default_factory=dict)
    diff: tuple[RowChange, ...] = ()
    ms: float = 0.0
    turn: str = ""
    llm_calls: int = 0
    prompt_tokens: int = 0
    prompt_chars: int = 0
