"""A customer's message from a request or a WebSocket: counted, stored, and never taken for another one."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from ...domain.state import Key
from ...domain.tokens import Principal
from ...ports import Accepted, Chat, Limiter, Store
from .body import checked_text
from .errors import Problem


@dataclass(frozen=True, slots=True)
class Posting:
    """What both channels do with a message."""

    chat: Chat
    store: Store
    limiter: Limiter

    async def post(self, key: Key, caller: Principal, client_id: str, text: str) -> Accepted:
        """Store the message. Raises Problem (client_id_taken: that id is of another text), TooManyRequests."""
        text = checked_text(text)
        await self.limiter.check(("conversation", f"{key.tenant}/{key.conversation}"), ("visitor", caller.name))
        accepted = await self.chat.post(key, client_id, text)
        if accepted.repeated and await self._stored(key, accepted.position) != text:
            raise Problem("client_id_taken", "this client_id was given to another text; give each message its own")
        return accepted

    async def _stored(self, key: Key, position: int) -> str | None:
        entries = await self.store.entries(key, position - 1, 1)
        text: str | None = orjson.loads(entries[0].data).get("text") if entries else None
        return text
