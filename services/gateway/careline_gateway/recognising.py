"""A visitor says who they are, and proves it with a code sent to the address that the record has.

Whoever asks is told the same, as fast, whether or not there is such a customer.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from .domain.errors import WrongCode
from .domain.events import Recognised
from .domain.recognition import LIFE, RECOGNISED_FOR, Way, challenge_for, is_right
from .domain.state import Conversation, Key
from .ports import Challenges, Clock, Courier, Happening, Letter, RuleBook, StoreUnavailable, Visitors

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Recognising:
    """Implements `ports.Recognition`."""

    conversations: Happening
    challenges: Challenges
    visitors: Visitors
    courier: Courier
    rule_book: RuleBook
    secret: bytes
    clock: Clock
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, state: Conversation, identifier: str, way: Way | None) -> datetime:
        """Send a code, if there is somebody to send it to; until when it is good. An earlier one is void. Who has
        signed in already can only prove to be that customer. Raises NotRecognised, StoreUnavailable."""
        key, language = state.key, state.language
        found = await self.visitors.find(key.tenant, identifier)
        if found is not None and state.identity.customer not in (None, found.customer):
            found = None
        address = found.address(way) if found else None
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
            raise WrongCode("the code is wrong or not good any more; have a new one sent to you")
        assert challenge.customer is not None
        until = now + RECOGNISED_FOR
        await self.conversations.happen(key, Recognised(challenge.customer, until))
        return until

    async def sent(self) -> None:
        """Returns when everything asked for so far is sent or has failed."""
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _send(self, tenant: str, way: Way, address: str, code: str, language: str | None) -> None:
        try:
            text = await self.rule_book.code_message(tenant, code, int(LIFE.total_seconds() // 60), language)
            await self.courier.send(Letter(tenant, way, address, text))
        except (OSError, StoreUnavailable) as error:
            log.warning("a one-time code was not sent: %s", type(error).__name__)
