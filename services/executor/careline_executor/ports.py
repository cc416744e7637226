"""What the executor needs of the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from careline.contracts.base import JsonScalar, TurnRef
from careline.contracts.reply import Approval
from careline.contracts.turn import RowChange, Turn
from careline.contracts.understanding import CustomerFacts
from careline.systems.verdicts import Declined, Done
from careline.tenants.model import Pack

from .domain.intent import Intent
from .domain.proposal import Impossible, Rehearsal
from .domain.request import Request
from .domain.reuse import Kept, Scope


class Packs(Protocol):
    """The published packs."""

    async def pack(self, tenant: str) -> Pack:
        """The pack a tenant uses now; raises a named error for an unknown tenant."""
        ...


class Business(Protocol):
    """The business's own tables."""

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        """The customer's basic facts as they are now."""
        ...

    async def rehearse(self, request: Request) -> Rehearsal | Impossible:
        """Carry the operation out and roll it back: what would change. Leaves no trace."""
        ...

    async def sent(self, ref: TurnRef, pack: Pack) -> bool:
        """Whether something that this turn asked for has been sent to another system."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """An approved operation, to be committed if everything still holds. `at` is now, in UTC."""

    request: Request
    turn: Turn
    approval: Approval
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """A complaint or suggestion to be filed."""

    pack: Pack
    language: str
    turn: Turn
    approval: Approval
    at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of an order; see `OperationSettled`."""

    status: Literal["committed", "refused", "stale", "void", "unsettled"]
    reason: str | None = None
    text: str = ""
    diff: tuple[RowChange, ...] = ()
    ledger_entry: str | None = None
    case: str | None = None
    result: dict[str, JsonScalar] = field(default_factory=dict)


class Ledger(Protocol):
    """Where committed operations are kept, in the transaction of their effect."""

    async def settle(self, order: Order) -> Settlement:
        """Commit the order once, or find out why not. The same order again gives the same settlement."""
        ...

    async def open_case(self, order: CaseOrder) -> Settlement:
        """As `settle`, for a complaint or suggestion."""
        ...


Source = Literal["answer", "query", "executor", "human"]  # who says what became of it
# sent: it may go, and is recorded as sent; taken: somebody else is at this sending; over: another turn, or a human;
# expired: the approval; settled: it is known already what became of it.
Begun = Literal["sent", "taken", "over", "expired", "settled"]


class Intents(Protocol):
    """Operations in other systems: recorded before they are sent. The same approval again ends the same way."""

    async def calls(self, order: Order) -> bool:
        """Whether another system is called for it; of an undo only the ledger's entry tells."""
        ...

    async def find(self, order: Order) -> Settlement | Intent | None:
        """What became of the order before, or what is on its way; None when nothing was sent yet."""
        ...

    async def open(self, order: Order, diff: tuple[RowChange, ...]) -> Settlement | Intent:
        """Record that it is going to be sent, if all still holds and `diff` is what was approved."""
        ...

    async def begin(self, intent: Intent, number: int, at: datetime) -> Begun:
        """Record that it is sent for the `number`-th time, within the conversation's fence."""
        ...

    async def done(self, intent: Intent, verdict: Done, source: Source) -> Settlement:
        """The ledger's entry."""
        ...

    async def declined(self, intent: Intent, verdict: Declined, source: Source) -> Settlement:
        """The system said no."""
        ...

    async def void(self, intent: Intent) -> Settlement:
        """It was never sent and never will be: the turn is over."""
        ...

    async def stale(self, intent: Intent) -> Settlement:
        """It was never sent and never will be: the customer is asked again."""
        ...

    async def hand_over(self, intent: Intent, status: str, settled: Settlement, detail: str) -> Settlement:
        """A human gets it: `status` is unknown, or not_done."""
        ...

    async def standing(self, intent: Intent) -> Settlement:
        """What is recorded of its end, which has to be there."""
        ...

    async def never_came(self, intent: Intent) -> None:
        """The system still does not know of it when nothing can be on its way any more."""
        ...

    async def pending(self, tenant: str, pack: Pack, older_than: float) -> list[Intent]:
        """What nobody knows the end of, recorded more than `older_than` seconds and less than a day ago; bounded."""
        ...


class FactsCache(Protocol):
    """The cached basic facts of customers."""

    async def forget(self, tenant: str, customer: str) -> None:
        """Later reads see what was committed. Never fails: without a cache there is nothing to forget."""
        ...


class AnswerCache(Protocol):
    """Guide answers that models wrote. None of it ever fails: without a cache nothing is given again."""

    async def all(self, scope: Scope) -> tuple[Kept, ...]:
        """What is kept within `scope`; bounded."""
        ...

    async def keep(self, scope: Scope, kept: Kept) -> None:
        """In place of what was kept for the same question."""
        ...

    async def drop(self, scope: Scope, kept: Kept) -> None:
        """Never give this answer again."""
        ...


class Tenants(Protocol):
    """Who uses which pack."""

    async def with_systems(self) -> list[tuple[str, Pack]]:
        """The tenants whose packs have other systems, with these packs. Raises StorageError, TenantError."""
        ...
