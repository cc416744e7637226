"""A customer allows, or forbids, that her words are used for training, and changes her mind.

Who is known (signed in, or recognised by a code) decides for herself in all her conversations; who is not, for this.
"""

from __future__ import annotations

from dataclasses import dataclass

from .domain.consent import Asked, Choice
from .domain.errors import NothingAsked, OtherWording
from .domain.state import Conversation
from .ports import Clock, Consents, RuleBook


@dataclass(frozen=True, slots=True)
class Consenting:
    """Implements `ports.Consent`."""

    consents: Consents
    rule_book: RuleBook
    clock: Clock

    async def current(self, state: Conversation) -> tuple[Asked, Choice | None]:
        """What is asked, and the answer so far. Raises NothingAsked, StoreUnavailable."""
        asked = await self._asked(state.tenant)
        customer = state.identity_at(self.clock()).customer
        return asked, await self.consents.current(state.key, customer)

    async def choose(self, state: Conversation, *, given: bool, wording: str, language: str) -> Choice:
        """Keep an answer. A withdrawal counts whatever wording it is to; a yes only to that of now.

        Raises NothingAsked, OtherWording, StoreUnavailable."""
        asked = await self._asked(state.tenant)
        if given and wording != asked.wording:
            raise OtherWording(f"what is asked now is wording {asked.wording!r}: show it, and ask again")
        now = self.clock()
        choice = Choice(given, wording, language, now)
        await self.consents.add(state.key, state.identity_at(now).customer, choice)
        return choice

    async def _asked(self, tenant: str) -> Asked:
        asked = await self.rule_book.consent(tenant)
        if asked is None:
            raise NothingAsked("this business asks nobody for consent")
        return asked
