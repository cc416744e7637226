"""A person has an entry of the ledger undone: in a conversation of their own, on the way of every other operation.

The conversation acts for the entry's customer, in the name of the person (`agent:NAME`). The bot shows what would be
written back and asks; the person's yes is what the customer's would be.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from careline.contracts.turn import AGENT, Identity

from .domain.errors import UnknownConversation, UnknownEntry
from .domain.ledger import LedgerFilter
from .domain.state import Key
from .ports import Accepted, Chat, LedgerBook, RuleBook


@dataclass(frozen=True, slots=True)
class Undoing:
    """Implements `ports.Undoes`."""

    chat: Chat
    ledger: LedgerBook
    rule_book: RuleBook

    async def begin(self, tenant: str, entry: str, agent: str) -> tuple[Key, Accepted]:
        """Ask for it. Raises UnknownEntry, UnknownTenant."""
        found = await self.ledger.read(LedgerFilter(tenant, entry=entry, limit=1))
        if not found or found[0].status != "committed":
            raise UnknownEntry("the ledger has no such entry")
        customer = found[0].customer
        assurance = "signed" if customer else "anonymous"
        identity = Identity.model_validate({"visitor": f"{AGENT}{agent}", "customer": customer, "assurance": assurance})
        conversation = await self.chat.open(tenant, identity, None)
        return conversation.key, await self.chat.post(conversation.key, str(uuid.uuid4()), f"undo {entry}")

    async def answer(self, key: Key, agent: str, *, confirm: bool) -> Accepted:
        """Yes or no to what was shown. Raises UnknownConversation for one that is not this person's."""
        state = await self.chat.conversation(key)
        if state.identity.agent != agent:
            raise UnknownConversation("there is no such undo of this person")
        rules = await self.rule_book.rules(key.tenant)
        return await self.chat.post(key, str(uuid.uuid4()), rules.yes if confirm else rules.no)
