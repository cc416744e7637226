"""A visitor says who they are, and proves it with a code sent to the address that the record has.

Whoever asks is told the same, as fast, whether or not there is such a customer. That no letters get through at all is
told to everybody alike.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from .domain.errors import NotRecognised, NotSent, WrongCode
from .domain.events import Recognised
from .domain.recognition import LIFE, OUTAGE, PAUSES_S, RECOGNISED_FOR, WAYS, Way, challenge_for, is_right
from .domain.state import Conversation, Key
from .ports import (
    Challenges,
    Clock,
    Courier,
    Deliveries,
    Happening,
    Letter,
    RuleBook,
    StoreUnavailable,
    Undeliverable,
    Visitors,
)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Recognising:
    """Implements `ports.Recognition`."""

    conversations: Happening
    challenges: Challenges
    visitors: Visitors
    courier: Courier
    deliveries: Deliveries
    rule_book: RuleBook
    secret: bytes
    clock: Clock
    rest: Callable[[float], Awaitable[object]] = asyncio.sleep
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def ways(self, tenant: str) -> tuple[Way, ...]:
        """How codes can be sent to this business's customers; empty: not at all. Raises UnknownTenant."""
        offered = await self.rule_book.ways(tenant)
        return tuple(way for way in WAYS if way in offered and way in self.courier.carries)

    async def failing(self, tenant: str) -> tuple[Way, ...]:
        """Those of them in which nothing gets through just now. Raises UnknownTenant, StoreUnavailable."""
        failing = await self.deliveries.failing(self.clock() - OUTAGE)
        return tuple(way for way in await self.ways(tenant) if way in failing)

    async def begin(self, state: Conversation, identifier: str, way: Way | None) -> datetime:
        """Send a code, if there is somebody to send it to; until when it is good. An earlier one is void. Who has
        signed in already can only prove to be that customer. Raises NotRecognised, NotSent, StoreUnavailable."""
        key, language = state.key, state.language
        ways = await self._open(key.tenant, way)
        found = await self.visitors.find(key.tenant, identifier)
        if found is not None and state.identity.customer not in (None, found.customer):
            found = None
        address = found.address(way, ways) if found else None
        customer = found.customer if found and address else None
        challenge, code = challenge_for(key, customer, self.secret, self.clock())
        await self.challenges.put(challenge)
        if address is not None:
            # Nobody waits for the letter: how long it takes would tell that there is one.
            task = asyncio.create_task(self._send(key.tenant, *address, code, language))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return challenge.expires_at

    async def prove(self, key: Key, code: str) -> datetime:
        """The customer is recognised in this conversation; until when. Each try counts. Raises WrongCode for a wrong,
        used, expired or guessed-out code, and where there never was one."""
        now = self.clock()
        challenge = await self.challenges.attempt(key, now)
        if challenge is None or not is_right(challenge, code, self.secret) or not await self.challenges.use(challenge):
            tries = challenge.tries if challenge else 0
            raise WrongCode("the code is wrong or not good any more; have a new one sent to you", tries)
        assert challenge.customer is not None
        until = now + RECOGNISED_FOR
        await self.conversations.happen(key, Recognised(challenge.customer, until))
        return until

    async def sent(self) -> None:
        """Returns when everything asked for so far is sent or has failed."""
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _open(self, tenant: str, way: Way | None) -> tuple[Way, ...]:
        """The ways that are open now. Raises NotRecognised, NotSent."""
        ways = await self.ways(tenant)
        if not ways or (way is not None and way not in ways):
            raise NotRecognised("this business recognises nobody by a code" + (f" sent by {way}" if ways else ""))
        failing = await self.deliveries.failing(self.clock() - OUTAGE)
        working = tuple(each for each in ways if each not in failing and way in (None, each))
        if not working:
            raise NotSent("no codes can be sent just now; try again in a minute, or ask for a person")
        return working

    async def _send(self, tenant: str, way: Way, address: str, code: str, language: str | None) -> None:
        try:
            text = await self.rule_book.code_message(tenant, code, int(LIFE.total_seconds() // 60), language)
            if await self._carried(Letter(tenant, way, address, text)):
                await self.deliveries.delivered(way, self.clock())
            else:
                await self.deliveries.failed(way, self.clock())
        except Undeliverable as error:
            # Whoever asked must not learn of it: it would tell that there is such a customer.
            log.warning("a one-time code could not be delivered by %s: %s", way, error)
        except StoreUnavailable as error:
            log.warning("a one-time code: %s", type(error).__name__)

    async def _carried(self, letter: Letter) -> bool:
        """Whether it left the house, at the last after some attempts. Raises Undeliverable."""
        for pause in (*PAUSES_S, None):
            try:
                await self.courier.send(letter)
                return True
            except Undeliverable:
                raise
            except OSError as error:
                log.warning("a one-time code was not sent by %s: %s", letter.way, type(error).__name__)
            if pause is not None:
                await self.rest(pause)
        return False
