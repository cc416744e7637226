"""What another system has done after all is told to the customer who was told that nobody knows.

The ledger learns of it from the system itself (the executor asks again and again) or from a person, who tells the
customer in the same breath. Here the ledger is looked at for the former, so nobody's word is taken for it, and the
message has an id of its own in the conversation: whatever happens in between, it is there once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from careline.contracts.events import TurnVerified
from careline.messaging import Done, MessageContext, Outcome
from careline.runtime import Health

from .domain.errors import UnknownConversation, UnknownTenant
from .domain.events import ConversationEvent, Found
from .domain.ledger import LedgerFilter, LedgerRow
from .domain.state import Conversation, Key
from .ports import Clock, Doubt, Doubts, LedgerBook, RuleBook, StoreUnavailable

log = logging.getLogger(__name__)

# As the executor calls it in a reply's `reason`.
OUTCOME_UNKNOWN = "outcome_unknown"
EVERY_S = 10.0
AGAIN = timedelta(seconds=15)
# Then a person has long settled it, or nobody will.
GIVEN_UP = timedelta(days=7)
_BATCH = 50


class Telling(Protocol):
    """Where something is said in a conversation; implemented by `handlers.Conversations`."""

    async def conversation(self, key: Key) -> Conversation: ...

    async def once(self, key: Key, event: ConversationEvent) -> None: ...


@dataclass(slots=True)
class LateOutcomes:
    """A component, and a step behind the handler of turns.verified."""

    conversations: Telling
    doubts: Doubts
    ledger: LedgerBook
    rule_book: RuleBook
    clock: Clock
    every_s: float = EVERY_S
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _trouble: str = field(default="", init=False)

    def behind(
        self, deliver: Callable[[TurnVerified, MessageContext], Awaitable[Outcome]]
    ) -> Callable[[TurnVerified, MessageContext], Awaitable[Outcome]]:
        """`deliver`, and what leaves a doubt is noted. It comes again until both are done."""

        async def on_verified(event: TurnVerified, context: MessageContext) -> Outcome:
            """turns.verified; what is published from here goes by the outbox: it must not be lost with the offset."""
            outcome = await deliver(event, context)
            if event.reply.reason == OUTCOME_UNKNOWN and isinstance(outcome, Done):
                await self.doubts.note(Key(event.ref.tenant, event.ref.conversation), event.ref.turn, self.clock())
            return outcome

        return on_verified

    async def look(self) -> int:
        """One round; how many were told. What cannot be told just now keeps no other waiting. Raises StoreUnavailable,
        and at the end the last of other errors."""
        now, told, failed = self.clock(), 0, list[Exception]()
        for doubt in await self.doubts.take(now, AGAIN, _BATCH):
            known = False
            try:
                row = await self._row(doubt)
                if row is not None and row.settled_by is None:
                    await self.conversations.once(doubt.key, Found(doubt.turn, row.id, await self._words(doubt, row)))
                    told += 1
                known = row is not None
            except (UnknownConversation, UnknownTenant):
                known = True  # erased or purged: there is nobody to tell
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it is about this one; raised below
                failed.append(error)
            if known or now - doubt.since > GIVEN_UP:
                await self.doubts.close(doubt)
        if failed:
            raise failed[-1]
        return told

    async def _row(self, doubt: Doubt) -> LedgerRow | None:
        """What became of it, once that is known."""
        rows = await self.ledger.read(LedgerFilter(doubt.key.tenant, conversation=doubt.key.conversation, limit=500))
        return next((row for row in rows if row.turn == doubt.turn and row.status != "unknown"), None)

    async def _words(self, doubt: Doubt, row: LedgerRow) -> str:
        if row.status != "not_done":
            return row.text
        state = await self.conversations.conversation(doubt.key)
        return await self.rule_book.not_done(doubt.key.tenant, row.operation, state.language)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="late-outcomes")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> Health:
        """A gateway that is late with this still serves."""
        return Health(True, self._trouble)

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
                self._trouble = ""
            except StoreUnavailable as error:
                self._trouble = str(error)
            except Exception:
                log.exception("late outcomes")
                self._trouble = "the last look at the ledger failed"
            await asyncio.sleep(self.every_s)
