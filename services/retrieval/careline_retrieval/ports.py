"""What retrieval needs of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding
from careline.tenants.model import Pack


class Packs(Protocol):
    """Which pack a tenant uses."""

    async def pack(self, tenant: str) -> Pack:
        """Raises UnknownTenant, StorageError."""


class Knowledge(Protocol):
    """The searchable guide."""

    async def search(
        self, pack: Pack, language: str, embedding: Sequence[float], terms: Sequence[str], most: int
    ) -> tuple[Passage, ...]:
        """The best passages of the pack's guide, best first; empty when the pack has no guide. Raises StorageError."""


class TextEncoder(Protocol):
    """Turns a text into a direction in meaning."""

    async def encode_async(self, text: str) -> Embedding:
        """Unit vector float32[384]; never blocks the event loop."""
