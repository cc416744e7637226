"""What a draft is about, and what the verifier found out about it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from careline.contracts.base import TurnRef
from careline.contracts.turn import Argument, RowChange, Turn
from careline.contracts.understanding import Request, Understanding, said_in
from careline.operations.evidence import Sources
from careline.operations.survey import Survey
from careline.tenants.model import Operation, Pack


@dataclass(frozen=True, slots=True)
class Turning:
    """A turn under examination: the event's reference (with its round), the turn, what the classifier made of it."""

    ref: TurnRef
    turn: Turn
    understanding: Understanding
    pack: Pack
    now: datetime

    def alone(self, request: Request) -> Turning:
        """The same with one request as if nothing else had been said."""
        return replace(self, understanding=self.understanding.alone(request))

    @property
    def words(self) -> str:
        """What the customer says of the request."""
        return said_in(self.turn.text, self.understanding.span)

    @property
    def language(self) -> str:
        """The language to answer in: the message's if the pack has it."""
        said = self.understanding.language
        return said if said in self.pack.tenant.languages else self.pack.default_language


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A requested operation to be looked into. `args` are the typed values of `arguments`."""

    turning: Turning
    name: str
    operation: Operation
    arguments: tuple[Argument, ...]
    args: Mapping[str, Any]
    pending_trusted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger has of a turn's operation; `entry` is None for one that ended without a write. unsettled: nobody
    knows whether another system has done it, or it could not be reached."""

    status: Literal["committed", "refused", "stale", "unsettled"]
    key: str
    operation: str
    arguments: tuple[Argument, ...]
    text: str
    reason: str | None = None
    case: str | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Read in one snapshot: sources of the arguments, rules, the effect's preview (None: no rows to work on), and the
    ledger's record of this turn, if it has been settled already. `sent`: the turn's effect has been sent to another
    system, which may have changed what that one has shown here."""

    sources: Sources
    found: Survey
    diff: tuple[RowChange, ...] | None
    record: Record | None
    sent: bool = False
