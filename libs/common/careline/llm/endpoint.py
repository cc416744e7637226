"""One URL: its connections, its slots, its breaker. Shared by all tiers and tenants that use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from .attempt import attempt
from .call import Watch
from .errors import TooLate
from .gate import Gate
from .progress import Progress
from .slots import FairSlots
from .tier import Tier

_CONNECT_SECONDS = 2.0


class Endpoint:
    """Lives as long as the client."""

    def __init__(self, tier: Tier, clock: Callable[[], float]) -> None:
        self.slots = FairSlots(tier.concurrency, tier.waiting)
        self.gate = Gate(clock)
        self._clock = clock
        # The deadlines are kept by `attempt`; redirects would carry a customer's words elsewhere. The environment's
        # proxies are not asked: the operator names the server.
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=tier.concurrency),
            follow_redirects=False,
            trust_env=False,
        )

    async def ask(
        self, tier: Tier, body: dict[str, Any], progress: Progress, until: float, watch: Watch | None
    ) -> None:
        """One attempt, when it is its turn; all of it until `until` on the clock. Raises a CallFailed."""
        self.gate.check()
        async with self.slots.slot(progress.call.tenant, until - self._clock()):
            left = until - self._clock()
            if left <= 0:
                raise TooLate("waiting")
            with self.gate.passing():
                await attempt(self._http, tier, body, progress, left, watch)

    async def close(self) -> None:
        await self._http.aclose()
