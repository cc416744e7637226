"""What the executor needs of the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from careline.contracts.base import JsonScalar
from careline.contracts.reply import Approval
from careline.contracts.turn import RowChange, Turn
from careline.contracts.understanding import CustomerFacts
from careline.tenants.model import Pack

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

    status: Literal["committed", "refused", "stale", "void"]
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
