"""What came back for one step of a question."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Outcome
from careline.contracts.spent import Spent
from careline.contracts.turn import RowChange


@dataclass(frozen=True, slots=True)
class Observed:
    """One turn as it ended. `cited` maps the id of each cited passage to its text; `diff` is what the database
    shows to be written by this step, whatever any event claims; `ms` from POST to reply; `route` is the last round's,
    None for a turn that was not classified; `rounds` counts from 1; `spent` is what all stages asked of models;
    `timeline` is the turn log's, a stage each."""

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
    route: str | None = None
    rounds: int = 1
    spent: tuple[Spent, ...] = ()
    timeline: tuple[Mapping[str, Any], ...] = ()
