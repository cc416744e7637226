"""The encoder as a component: loaded when the service starts, not when it is assembled."""

from __future__ import annotations

import asyncio
from pathlib import Path

from careline.models.encoder import Embedding, Encoder
from careline.runtime import Health


class LazyEncoder:
    """Raises EncoderMissing or EncoderBroken at start; before that it cannot be asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder: Encoder | None = None

    async def start(self) -> None:
        self._encoder = await asyncio.to_thread(Encoder.load, self._folder)

    async def stop(self) -> None:
        if self._encoder:
            self._encoder.close()

    def health(self) -> Health:
        return Health(self._encoder is not None)

    async def encode_async(self, text: str) -> Embedding:
        """Unit vector float32[384], computed off the event loop."""
        if self._encoder is None:
            raise RuntimeError("the encoder is not started")
        return await self._encoder.encode_async(text)
