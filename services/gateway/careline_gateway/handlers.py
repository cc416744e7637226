"""The use cases: load, reduce, store in one transaction, then tell streams and broker."""

from __future__ import annotations

import logging
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from careline.contracts.events import TurnVerified
from careline.contracts.seals import Checker, SealError, Signer
from careline.contracts.turn import Identity
from careline.messaging import DeadLetter, Done, MessageContext, Outcome
from careline.telemetry import Tracing, capture

from .domain.change import Change, change_of
from .domain.conversation import fresh, reduce
from .domain.errors import ConversationError, UnknownConversation, UnknownTenant
from .domain.events import Answered, ConversationEvent, HandedBack, Opened, Posted, Replied, Resolved, Taken, Ticked
from .domain.state import Conversation, Key, Status
from .ports import (
    Accepted,
    Applied,
    Clock,
    Conflict,
    Duplicate,
    Outbox,
    RuleBook,
    Settled,
    Store,
    Stored,
    StoreResult,
    Streams,
)

log = logging.getLogger(__name__)


class Unclear(Exception):
    """Nothing would follow, judged by a state that may be old."""


@dataclass(slots=True)
class Recent:
    """The conversations of late, so that a transition is one round trip. A stale one costs a second, nothing else."""

    size: int = 10_000
    _held: OrderedDict[Key, Stored] = field(default_factory=OrderedDict)

    def get(self, key: Key) -> Stored | None:
        return self._held.get(key)

    def put(self, stored: Stored) -> None:
        key = stored.state.key
        self._held[key] = stored
        self._held.move_to_end(key)
        if len(self._held) > self.size:
            self._held.popitem(last=False)

    def drop(self, key: Key) -> None:
        self._held.pop(key, None)


@dataclass(slots=True)
class Conversations:
    """Implements `ports.Chat` and `ports.Agents`, and handles turns.verified."""

    store: Store
    outbox: Outbox
    streams: Streams
    rule_book: RuleBook
    signer: Signer
    verifier: Checker
    tracing: Tracing
    clock: Clock
    recent: Recent = field(default_factory=Recent)

    async def open(self, tenant: str, identity: Identity, language: str | None) -> Conversation:
        """A new conversation. Raises UnknownTenant, StoreUnavailable."""
        key = Key(tenant, str(uuid.uuid4()))
        await self.rule_book.rules(tenant)
        self.recent.put(Stored(fresh(key, identity, self.clock(), language), version=0))
        try:
            return await self._happen(key, Opened())
        except BaseException:
            self.recent.drop(key)
            raise

    async def happen(self, key: Key, event: ConversationEvent) -> None:
        """Let something happen to it. Raises UnknownConversation."""
        await self._happen(key, event)

    async def conversation(self, key: Key) -> Conversation:
        """Its state, perhaps a moment old. Raises UnknownConversation."""
        return (self.recent.get(key) or await self._load(key)).state

    async def post(self, key: Key, client_id: str, text: str) -> Accepted:
        """Store a customer's message and start its turn. The same client id again gives the same answer again."""
        with self.tracing.span("post message", conversation=key.conversation):
            done = await self._transition(key, Posted(text, client_id))
        if isinstance(done, Duplicate):
            return Accepted(done.turn, done.position, repeated=True)
        message = done.shown[0]
        return Accepted(message.turn, message.position)

    async def deliver(self, event: TurnVerified) -> None:
        """Show a verified reply, unless its turn is not current any more."""
        key = Key(event.ref.tenant, event.ref.conversation)
        await self._happen(key, Replied(event.ref, event.reply))

    async def on_verified(self, event: TurnVerified, context: MessageContext) -> Outcome:
        """turns.verified; what is published from here goes by the outbox, as it must not be lost with the offset."""
        try:
            self.verifier.check_reply(event)
            await self.deliver(event)
        except SealError as error:
            return DeadLetter(str(error), type(error).__name__)
        except (UnknownConversation, UnknownTenant) as error:
            # A conversation or a tenant that was removed meanwhile: there is nobody to tell.
            log.warning("a reply to nobody: %s", error)
        return Done()

    async def once(self, key: Key, event: ConversationEvent) -> None:
        """Let something happen that a conversation keeps by an id of its own: again, nothing follows. Raises
        UnknownConversation."""
        await self._transition(key, event)

    async def tick(self, key: Key) -> None:
        """Let time pass for a conversation: deadlines, expiry, idling. One that was looked at too early is put off."""
        done = await self._transition(key, Ticked())
        held = self.recent.get(key)
        if isinstance(done, Change) and held is not None and held.version == done.version:  # nothing was written
            await self.store.postpone(key, done.wake_at, done.version)

    async def take(self, key: Key, agent: str) -> Status:
        return (await self._happen(key, Taken(agent))).status

    async def answer(self, key: Key, agent: str, text: str) -> Status:
        return (await self._happen(key, Answered(agent, text))).status

    async def hand_back(self, key: Key, agent: str) -> Status:
        return (await self._happen(key, HandedBack(agent))).status

    async def resolve(self, key: Key, agent: str) -> Status:
        return (await self._happen(key, Resolved(agent))).status

    async def _happen(self, key: Key, event: ConversationEvent) -> Conversation:
        done = await self._transition(key, event)
        assert isinstance(done, Change)  # only a client's message can be a duplicate
        return done.state

    async def _transition(self, key: Key, event: ConversationEvent) -> Change | Duplicate:
        """Reduce and store; again with the newer state as long as somebody else was faster."""
        rules = await self.rule_book.rules(key.tenant)
        stored = self.recent.get(key)
        certain = stored is None
        stored = stored or await self._load(key)
        while True:
            now = self.clock()
            try:
                state, commands = reduce(stored.state, event, now, rules)
                if state is stored.state and not commands and not certain:
                    raise Unclear
            except (ConversationError, Unclear):
                # To store something against an old state is refused; to drop or refuse something would pass unseen.
                if certain:
                    raise
                stored, certain = await self._load(key), True
                continue
            change = change_of(state, stored.version, commands, now, rules, self.signer.seal_turn)
            if state is stored.state and not commands:
                return change
            match await self._store(change, now):
                case Applied():
                    # The services know by now; people hear of it when it cannot be lost any more. What only services
                    # know may be repeated, with the same ids and positions; a customer goes on from what they saw.
                    if change.urgent:
                        await self.store.durable()
                    self.streams.announce(key, change.shown)
                    return change
                case Duplicate() as duplicate:
                    await self.store.durable()
                    return duplicate
                case Conflict(current):
                    stored, certain = current or await self._load(key), True
                case Settled():
                    assert isinstance(event, Posted)  # only a new message supersedes
                    event = Posted(event.text, event.client_id, settled=True)

    async def _store(self, change: Change, now: datetime) -> StoreResult:
        trace, key = capture(), change.state.key
        try:
            result = await self.store.apply(change, trace, now)
        except BaseException:
            self.recent.drop(key)  # whether it was stored is unknown
            raise
        if isinstance(result, Applied):
            self.recent.put(Stored(change.state, result.version))
            self.outbox.offer(change.outgoing, trace)
        return result

    async def _load(self, key: Key) -> Stored:
        stored = await self.store.load(key)
        if stored is None:
            self.recent.drop(key)
            raise UnknownConversation(f"there is no conversation {key.conversation}")
        self.recent.put(stored)
        return stored
