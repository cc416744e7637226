"""Tells a customer who waits for a model what is being done: only where a turn takes long, and never any claim."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from careline.contracts.base import TurnRef
from careline.contracts.progress import Progress, Stage, progress_channel

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

# A reply within so many seconds of the message needs no explanation.
QUIET_S = 1.0


class Teller(Protocol):
    """A way to the gateways."""

    async def tell(self, ref: TurnRef, progress: Progress) -> None:
        """Cannot fail: what is lost is lost."""


@dataclass(frozen=True, slots=True)
class RedisTeller:
    """By Redis."""

    redis: Redis

    async def tell(self, ref: TurnRef, progress: Progress) -> None:
        from redis.exceptions import RedisError

        try:
            await self.redis.publish(progress_channel(ref.tenant, ref.conversation), progress.to_bytes())
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("nobody is told of progress: %s", error)


@asynccontextmanager
async def told(teller: Teller | None, ref: TurnRef, stage: Stage, passed_s: float) -> AsyncIterator[None]:
    """While the body lasts, the customer learns of `stage` once the turn has taken `QUIET_S`, of which `passed_s` are
    over."""
    if teller is None:
        yield
        return
    progress = Progress(turn=ref.turn, stage=stage)
    # Clocks of two machines differ: nobody waits longer than it takes anyway.
    task = asyncio.create_task(_later(teller, ref, progress, min(QUIET_S, max(0.0, QUIET_S - passed_s))))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _later(teller: Teller, ref: TurnRef, progress: Progress, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await teller.tell(ref, progress)
