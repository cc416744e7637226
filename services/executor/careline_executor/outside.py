"""Carries an approved operation out in another system: once, or not at all, and never said to be done on a guess.

The intent is recorded, then each sending, then the call is made, then what became of it is recorded. When that is not
clear, the system is asked by the idempotency key; when that does not help, a human gets it. What is found on its way
after a crash is asked about before anything else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from careline.contracts.seals import diff_hash
from careline.operations.remote import Systems, values_of
from careline.operations.wording import Wording
from careline.systems.errors import BadValue, CallError, NotConfigured
from careline.systems.verdicts import (
    Declined,
    Done,
    NotDone,
    Unclear,
    Verdict,
    judge,
    judge_error,
    judge_status,
)
from careline.tenants.model import UNDO

from .domain.intent import AWAY, UNKNOWN, Intent, Patience
from .domain.proposal import Rehearsal
from .ports import Business, Intents, Order, Settlement, Source


@dataclass(slots=True)
class _Progress:
    """`sure`: nothing that was sent can be at work unseen. `asking`: the next step is a query, not a sending."""

    number: int
    asking: bool
    sure: bool
    refusal: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Implements `ports.Ledger.settle` for operations in other systems."""

    business: Business
    intents: Intents
    systems: Systems
    clock: Callable[[], datetime]
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def concerns(self, order: Order) -> bool:
        """Whether another system is called for it. Raises StorageError, OperationError, ExpressionError."""
        operation, pack = order.request.operation, order.request.pack
        by_undo = operation.builtin == UNDO and bool(pack.systems)
        return operation.remote is not None or (by_undo and await self.intents.calls(order))

    async def settle(self, order: Order) -> Settlement:
        """What became of the order. Raises StorageError, OperationError, ExpressionError, WordsError."""
        found = await self.intents.find(order)
        if found is None:
            rehearsed = await self.business.rehearse(order.request)
            # No preview, or another one than was approved: either way it is not what the customer agreed to.
            diff = rehearsed.diff if isinstance(rehearsed, Rehearsal) else ()
            found = await self.intents.open(order, diff)
        return found if isinstance(found, Settlement) else await self.carry(found)

    async def carry(self, intent: Intent) -> Settlement:
        """Steps with growing pauses until it is clear, or patience is at its end."""
        until = time.monotonic() + self.patience.budget
        so_far = _Progress(intent.attempts, asking=intent.attempts > 0, sure=intent.attempts == 0)
        sendings = 0
        for delay in (0.0, *self.patience.delays):
            if delay:
                await self.sleep(delay)
            if time.monotonic() > until:
                break
            if so_far.asking:
                verdict = await self.ask(intent, refusal=so_far.refusal)
            else:
                sendings += 1
                if sendings > self.patience.sendings:
                    break
                sent = await self._changed(intent, so_far) or await self._send(intent, so_far)
                if isinstance(sent, Settlement):
                    return sent
                verdict = sent
            if isinstance(verdict, Done | Declined):
                return await self.settled(intent, verdict, "query" if so_far.asking else "answer")
            if verdict is None:
                break
            self._learn(intent, so_far, verdict)
        return await self._hand_over(intent, so_far)

    async def settled(self, intent: Intent, verdict: Done | Declined, source: Source) -> Settlement:
        """Into the ledger with it."""
        if isinstance(verdict, Done):
            return await self.intents.done(intent, verdict, source)
        return await self.intents.declined(intent, verdict, source)

    async def ask(self, intent: Intent, *, refusal: bool = False) -> Verdict | None:
        """What became of it, by the system's own word; None when it cannot be asked."""
        effect, request = intent.effect, intent.request
        if effect.status is None:
            return None
        try:
            system = self.systems.of(request.pack, effect.system)
            values = values_of(effect.status.arguments, intent.situation, intent.key)
            answer = await system.call(effect.status.call, values)
        except (BadValue, NotConfigured):
            return None
        except CallError as error:
            return Unclear(f"the query: {type(error).__name__}: {error}", refusal)
        return judge_status(effect, effect.status, answer, refusal=refusal)

    async def _changed(self, intent: Intent, so_far: _Progress) -> Settlement | Verdict | None:
        """Before it is sent again: None when rules and difference are still what was approved."""
        if so_far.number == 0:
            return None
        rehearsed = await self.business.rehearse(intent.request)
        if not isinstance(rehearsed, Rehearsal):
            return NotDone(f"no preview: {rehearsed.reason}")
        if diff_hash(rehearsed.diff) == intent.approval.diff_hash:
            return None
        if so_far.sure:
            return await self.intents.stale(intent)
        # What changed it may have been this very operation, done late.
        verdict = await self.ask(intent)
        if isinstance(verdict, Done | Declined):
            so_far.asking = True
            return verdict
        return await self._hand_over(intent, so_far)

    async def _send(self, intent: Intent, so_far: _Progress) -> Settlement | Verdict | None:
        effect, request = intent.effect, intent.request
        match await self.intents.begin(intent, so_far.number + 1, self.clock()):
            case "taken":
                so_far.sure = False
                return Unclear("another executor is sending it")
            case "over":
                return await self.intents.void(intent) if so_far.sure else Settlement("void")
            case "expired":
                return await self.intents.stale(intent) if so_far.sure else None
            case "settled":
                return await self.intents.standing(intent)
        so_far.number += 1
        try:
            system = self.systems.of(request.pack, effect.system)
            answer = await system.call(effect.call, values_of(effect.arguments, intent.situation), intent.key_sent)
        except (BadValue, NotConfigured) as error:
            so_far.why = f"{type(error).__name__}: {error}"
            return None
        except CallError as error:
            return judge_error(error)
        return judge(effect, answer)

    def _learn(self, intent: Intent, so_far: _Progress, verdict: Verdict | None) -> None:
        """What a step that settled nothing means for the next."""
        match verdict:
            case Unclear(why, refusal):
                so_far.why, so_far.refusal = why, refusal or so_far.refusal
                so_far.sure, so_far.asking = False, True
            case NotDone(why):
                so_far.why = why
                # Without a key the system would do it twice, should the first one still arrive.
                so_far.asking = so_far.asking and intent.effect.idempotency is None

    async def _hand_over(self, intent: Intent, so_far: _Progress) -> Settlement:
        request = intent.request
        wording = Wording(request.pack, request.language, intent.situation)
        if so_far.sure:
            settled = Settlement("unsettled", AWAY, wording.plain(request.pack.replies.handover.say))
            return await self.intents.hand_over(intent, "not_done", settled, so_far.why)
        settled = Settlement("unsettled", UNKNOWN, wording.plain(intent.effect.unknown))
        return await self.intents.hand_over(intent, "unknown", settled, so_far.why)
