"""For looking at stored guides without embedding anything."""

from __future__ import annotations

from careline.models.encoder import Embedding


class NoEncoder:
    """Implements retrieval's `TextEncoder`: the command reads what the service stored, and stores nothing itself."""

    async def encode_async(self, text: str) -> Embedding:
        raise AssertionError("the command embeds no guide")
