"""What the classifier needs of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from careline.contracts.base import JsonScalar
from careline.contracts.understanding import CustomerFacts
from careline.models.encoder import Embedding
from careline.operations.situation import Situation
from careline.tenants.model import ArgumentSpec, FromRecord, Pack

from .domain.mind import Mind


class Minds(Protocol):
    """Packs with what was learnt from them."""

    async def of(self, tenant: str) -> tuple[Pack, Mind]:
        """Raises TenantError for an unknown tenant, StorageError while packs cannot be read."""


class Meaning(Protocol):
    """The sentence encoder, never on the event loop."""

    async def encode_async(self, text: str) -> Embedding:
        """Unit vector float32[384]."""


class Facts(Protocol):
    """Basic facts of customers."""

    async def of(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        """Raises StorageError. Anonymous visitors have none."""


class Records(Protocol):
    """The business's records, read only, one tenant at a time."""

    async def known(self, tenant: str, pack: Pack, spec: ArgumentSpec, situation: Situation) -> Sequence[str]:
        """The values that a look-up may have, bounded in number. Raises StorageError."""

    async def recorded(self, tenant: str, pack: Pack, source: FromRecord, situation: Situation) -> Sequence[JsonScalar]:
        """The column's values in the matching rows; two are enough to see that there is not only one.

        Raises StorageError.
        """
