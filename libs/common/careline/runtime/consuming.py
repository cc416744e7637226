"""A messaging service as a component: consuming and publishing is one part of a process among others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from careline.messaging import Service

from .component import Health


@dataclass(frozen=True, slots=True)
class Consuming:
    """Consumes in the background; ready when every consumer is in its group; drains on stop."""

    service: Service

    async def start(self) -> None:
        """Consumers connect in the background; a broker that is away only keeps the service from being ready."""
        await self.service.start()

    async def stop(self) -> None:
        await self.service.stop()
        # Exports what is left of the traces; the exporter blocks, the loop must not.
        await asyncio.to_thread(self.service.tracing.shutdown)

    def health(self) -> Health:
        now = self.service.health()
        waiting = [f"{topic} {state.value}" for topic, state in now.consumers.items() if not state.ready]
        failing = [f"{name} is away" for name, well in now.checks.items() if not well]
        return Health(now.ready, ", ".join(waiting + failing))

    def metrics(self) -> bytes:
        """The exposition of the messaging core's metrics."""
        return self.service.instruments.exposition()
