"""What retrieval needs of the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from careline.contracts.evidence import Passage
from careline.models.encoder import Embedding
from careline.tenants.model import Pack


class Guide(Protocol):
    """The searchable guide of one pack version."""

    async def search(self, language: str, embedding: Embedding, terms: Sequence[str], most: int) -> tuple[Passage, ...]:
        """The best passages, best first; empty when the pack has no guide. `embedding`: unit vector float32[384];
        `terms`: without repetition. Raises StorageError."""


class Guides(Protocol):
    """Which pack a tenant uses, and its guide."""

    async def of(self, tenant: str) -> tuple[Pack, Guide]:
        """Raises UnknownTenant, PackUnreadable, NotPrepared, StorageError."""


class TextEncoder(Protocol):
    """Turns a text into a direction in meaning."""

    async def encode_async(self, text: str) -> Embedding:
        """Unit vector float32[384]; never blocks the event loop."""
