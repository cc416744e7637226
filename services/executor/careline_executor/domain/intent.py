"""An operation in another system on its way: what was recorded before it was sent, and how patient we are. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.reply import Approval
from careline.contracts.turn import RowChange
from careline.operations.situation import Situation
from careline.tenants.model import Call

from .request import Request

UNKNOWN = "outcome_unknown"
AWAY = "system_away"


@dataclass(frozen=True, slots=True)
class Intent:
    """`diff` as approved; `attempts`: how often it was sent, as far as is recorded; `age`: seconds since the last;
    `undoes`: the ledger entry that it takes back."""

    request: Request
    approval: Approval
    effect: Call
    diff: tuple[RowChange, ...]
    situation: Situation
    attempts: int = 0
    age: float = 0.0
    undoes: str | None = None

    @property
    def tenant(self) -> str:
        return self.approval.ref.tenant

    @property
    def key(self) -> str:
        return self.approval.idempotency_key

    @property
    def key_sent(self) -> tuple[str, str] | None:
        """Where the idempotency key goes, and the key; None where the system knows none."""
        return None if self.effect.idempotency is None else (self.effect.idempotency, self.key)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a customer waits: `delays` are the seconds before each further step, `sendings` the most of these that
    send. Together with the calls' own limits it has to stay within the turn's deadline."""

    delays: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 3.0)
    budget: float = 12.0
    sendings: int = 3
