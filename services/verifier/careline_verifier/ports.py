"""What the verifier needs of the world. All of it is read-only."""

from __future__ import annotations

from typing import Protocol

from careline.contracts.base import TurnRef
from careline.contracts.understanding import CustomerFacts
from careline.tenants.model import Pack

from .domain.inquiry import Dossier, Inquiry, Record


class Packs(Protocol):
    """The published packs."""

    async def pack(self, tenant: str) -> Pack:
        """The pack a tenant uses now; raises a named error for an unknown tenant."""
        ...


class Records(Protocol):
    """The business's tables and the ledger, through a role that cannot write."""

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        """The customer's basic facts as they are now."""
        ...

    async def look_into(self, inquiry: Inquiry) -> Dossier:
        """Everything about a requested operation, in one snapshot. Raises OperationError, ExpressionError."""
        ...

    async def settled(self, ref: TurnRef, pack: Pack) -> Record | None:
        """What the ledger has of a turn's operation."""
        ...
