"""The encoder as a part of a service: opened when the service starts, not when it is assembled."""

from __future__ import annotations

import asyncio
from pathlib import Path

from careline.runtime import Health

from .encoder import Embedding, Encoder
from .errors import EncoderMissing


class EncoderPart:
    """A component. Raises EncoderMissing or EncoderBroken at start."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder: Encoder | None = None

    async def start(self) -> None:
        self._encoder = await asyncio.to_thread(Encoder.load, self._folder)

    async def stop(self) -> None:
        if self._encoder is not None:
            self._encoder.close()

    def health(self) -> Health:
        return Health(self._encoder is not None, "" if self._encoder else "not opened yet")

    @property
    def opened(self) -> Encoder:
        """The encoder itself. Raises EncoderMissing before start."""
        if self._encoder is None:
            raise EncoderMissing(f"the encoder in {self._folder} is not opened yet")
        return self._encoder

    async def encode_async(self, text: str) -> Embedding:
        """Unit vector float32[384], computed off the event loop."""
        return await self.opened.encode_async(text)
