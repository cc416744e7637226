"""Finds out what became of operations in other systems that nobody waits for any more: after a restart, or after a
human has got them. Nothing is sent from here; only the ledger learns of it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field

from careline.messaging import PermanentError, TransientError
from careline.operations.errors import OperationError
from careline.runtime.component import Health
from careline.storage import StorageError
from careline.systems.verdicts import Declined, Done, NotDone
from careline.tenants.errors import TenantError
from careline.tenants.expressions import ExpressionError
from careline.tenants.words import WordsError

from .domain.intent import Intent
from .outside import Outside
from .ports import Intents, Tenants

log = logging.getLogger("careline.executor")

EVERY_S = 30.0
# Longer than a handler can be at it: its patience, its calls, and the approval's life.
OLDER_S = 90.0
TROUBLE = (StorageError, TenantError, PermanentError, TransientError, OperationError, ExpressionError, WordsError)


@dataclass(slots=True)
class Sweeping:
    """A component."""

    outside: Outside
    intents: Intents
    tenants: Tenants
    every: float = EVERY_S
    older: float = OLDER_S
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="sweep-intents")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> Health:
        return Health(True)

    async def sweep(self) -> int:
        """One round; how many were settled. Raises StorageError."""
        settled = 0
        for tenant, pack in await self.tenants.with_systems():
            for intent in await self.intents.pending(tenant, pack, self.older):
                settled += await self._look(intent)
        return settled

    async def _look(self, intent: Intent) -> bool:
        if intent.attempts == 0:  # recorded, never sent; by now its approval is void
            await self.intents.void(intent)
            return True
        verdict = await self.outside.ask(intent)
        match verdict:
            case Done() | Declined():
                await self.outside.settled(intent, verdict, "query")
            case NotDone() if intent.age >= self.older:
                await self.intents.never_came(intent)
            case _:
                return False
        log.info("operation %s of tenant %s: found out what became of it", intent.key, intent.tenant)
        return True

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except TROUBLE as error:
                log.warning("operations in other systems cannot be looked into: %s", type(error).__name__)
            await asyncio.sleep(self.every)
