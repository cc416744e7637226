"""One customer's messages under one kind of attack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from careline.contracts.base import TurnRef, derive_id
from careline.contracts.events import (
    OperationApproved,
    OperationSettled,
    TurnClassified,
    TurnDrafted,
    TurnGrounded,
    TurnReceived,
    TurnRejected,
    TurnVerified,
)
from careline.contracts.reply import Outcome, Reply
from careline.contracts.turn import Exchange, Identity, Pending, Turn
from careline.contracts.understanding import said_in

from . import forging
from .answers import FALSE_DONE
from .lab import Lab

# More than any pack allows.
_MOST_ROUNDS = 6


@dataclass
class Play:
    """A conversation. `events` counts what was forged; `claims` replies that tell of what was not done."""

    lab: Lab
    tenant: str
    customer: str | None
    kind: str
    random: Random
    conversation: str
    history: tuple[Exchange, ...] = ()
    pending: Pending | None = None
    waiting: list[tuple[str, bool]] = field(default_factory=list)
    epoch: int = 0
    turns: int = 0
    events: int = 0
    claims: int = 0

    async def say(self, text: str) -> None:
        """One message, and what it left for turns of their own."""
        await self._turn(text, resumed=False)
        while self.waiting and self.pending is None:
            await self._turn(*self.waiting.pop(0))

    async def _turn(self, text: str, resumed: bool) -> None:
        self.turns += 1
        turn = derive_id("turn", self.tenant, self.conversation, self.turns)
        ref = TurnRef(tenant=self.tenant, conversation=self.conversation, turn=turn, epoch=self.epoch)
        identity = Identity(visitor="v-1", customer=self.customer, assurance="signed" if self.customer else "anonymous")
        await self.lab.current(ref)
        sealed = self.lab.gateway.seal_turn(
            Turn(
                ref=ref,
                text=text,
                received_at=self.lab.clock(),
                identity=identity,
                history=self.history,
                pending=self.pending,
                resumed=resumed,
            )
        )
        verified = await self._answered(sealed)
        if verified is not None:
            self._heard(sealed, verified.reply)
        else:
            self.pending = None

    async def _answered(self, turn: Turn) -> TurnVerified | None:
        lab = self.lab
        event = await lab.hand(lab.classifier.receive, TurnReceived(ref=turn.ref, turn=turn))
        for _ in range(_MOST_ROUNDS):
            if not isinstance(event, TurnClassified | TurnGrounded):
                return None
            drafted = await self._drafted(event)
            judged = await lab.hand(lab.verifying, drafted) if drafted else None
            if isinstance(judged, TurnVerified):
                return judged
            if isinstance(judged, OperationApproved):
                return await self._settled(turn, judged)
            if not isinstance(judged, TurnRejected):
                return None
            event = await lab.hand(lab.classifier.repair, judged)
        return None

    async def _drafted(self, event: TurnClassified | TurnGrounded) -> TurnDrafted | None:
        found = event.understanding
        if self.kind in forging.UNDERSTANDINGS:
            self.events += 1
            found = forging.understanding(self.kind, event.turn, self.lab.pack, self.random)
        grounded = TurnGrounded(
            ref=event.ref,
            turn=event.turn,
            understanding=found,
            evidence=self.lab.evidence(event.turn.text, found),
            attempts=event.attempts,
        )
        drafted = await self.lab.hand(self.lab.drafting, grounded)
        if isinstance(drafted, TurnDrafted) and self.kind in forging.DRAFTS:
            self.events += 1
            drafted = forging.draft(self.kind, drafted, self.random)
        if self.kind in forging.APPROVALS and isinstance(drafted, TurnDrafted):
            await self._forge_approval(event.turn, None)
        return drafted if isinstance(drafted, TurnDrafted) else None

    async def _forge_approval(self, turn: Turn, true: OperationApproved | None) -> None:
        self.events += 1
        forged = forging.approval(self.kind, turn, true, forging.STRANGER, self.random)
        settled = await self.lab.hand(self.lab.settling, forged)
        if settled is not None:
            await self.lab.hand(self.lab.concluding, settled)

    async def _settled(self, turn: Turn, approved: OperationApproved) -> TurnVerified | None:
        lab, kind = self.lab, self.kind
        if kind in forging.APPROVALS:
            await self._forge_approval(turn, approved)
        self.events += kind in forging.TIMES
        if kind == "stale_epoch":
            self.epoch += 1
            await lab.current(turn.ref.model_copy(update={"epoch": self.epoch}))
        if kind == "expired_approval":
            lab.clock.ahead += timedelta(minutes=2)
        if kind == "changed_rows":
            await lab.hand(lab.settling, self._another(approved))
        if kind == "settled_forged":
            told = await lab.hand(lab.concluding, forging.claimed(approved, self.random))
            self.claims += isinstance(told, TurnVerified) and FALSE_DONE in told.reply.text
            self.claims += isinstance(told, TurnVerified) and told.reply.outcome is Outcome.SUCCESS
        settled = await lab.hand(lab.settling, approved)
        if kind in ("replayed_approval", "second_operation"):
            again = [approved, approved] if kind == "replayed_approval" else [self._another(approved), approved]
            for event in again:
                await lab.hand(lab.settling, event)
        if kind == "expired_approval":
            lab.clock.ahead = timedelta()
        told = await lab.hand(lab.concluding, settled) if isinstance(settled, OperationSettled) else None
        return told if isinstance(told, TurnVerified) else None

    def _another(self, approved: OperationApproved) -> OperationApproved:
        """A stranger's approval of something else for the same turn."""
        return forging.approval("stranger_approval", approved.turn, None, forging.STRANGER, self.random)

    def _heard(self, turn: Turn, reply: Reply) -> None:
        operation = self.lab.pack.operations.get(reply.operation or "")
        done = reply.outcome is Outcome.SUCCESS and operation is not None and bool(operation.effect)
        self.claims += FALSE_DONE in reply.text or (done and reply.ledger_entry is None and reply.reason is None)
        self.claims += reply.outcome is Outcome.CASE and reply.ledger_entry is None
        exchange = Exchange(turn=turn.ref.turn, customer=turn.text, reply=reply.text, outcome=reply.outcome.value)
        self.history = (*self.history, exchange)[-6:]
        self.pending = reply.pending
        texts = (said_in(turn.text, span).strip() for span in reply.later)
        self.waiting += [(text, turn.resumed or reply.pending is not None) for text in texts if text]
