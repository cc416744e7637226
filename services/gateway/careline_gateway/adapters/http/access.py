"""Who calls, from where, and whether they may enter a conversation."""

from __future__ import annotations

import base64
import hmac
import ipaddress
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ...domain.errors import UnknownConversation
from ...domain.state import Conversation, Key
from ...domain.tokens import Principal, Visitor, read_token, visitor_secret
from ...ports import Chat, Clock
from ...settings import GatewaySettings
from .errors import Problem


@dataclass(frozen=True, slots=True)
class Access:
    """The keys, and how addresses are read. `proxies`: how many of ours stand before us."""

    visitor_key: bytes
    customer_key: bytes
    agent_token: bytes
    clock: Clock
    proxies: int = 0
    limit_loopback: bool = False

    @classmethod
    def of(cls, settings: GatewaySettings, clock: Clock) -> Access:
        """As the environment says."""
        return cls(
            visitor_key=visitor_secret(base64.b64decode(settings.private_key.get_secret_value())),
            customer_key=settings.customer_secret.get_secret_value().encode(),
            agent_token=settings.agent_token.get_secret_value().encode(),
            clock=clock,
            proxies=settings.proxies,
            limit_loopback=settings.limit_loopback,
        )

    def caller(self, connection: HTTPConnection) -> Principal | None:
        """Whom the bearer token names, None without one. Raises TokenError."""
        token = bearer(connection)
        return self.principal(token) if token else None

    def principal(self, token: str) -> Principal:
        return read_token(token, self.clock(), self.visitor_key, self.customer_key)

    def known_caller(self, connection: HTTPConnection) -> Principal:
        caller = self.caller(connection)
        if caller is None:
            raise Problem("token_missing", "send a bearer token", {"WWW-Authenticate": "Bearer"})
        return caller

    def require_agent(self, connection: HTTPConnection) -> None:
        """Raises Problem 401 unless the people's token is given."""
        given = (bearer(connection) or "").encode()
        if not hmac.compare_digest(given, self.agent_token):
            raise Problem("token_invalid", "send the agents' token", {"WWW-Authenticate": "Bearer"})

    def address(self, connection: HTTPConnection) -> str | None:
        """The client's address as far as our own proxies vouch for it; None for one that is not limited."""
        address = connection.client.host if connection.client else ""
        forwarded = [hop.strip() for hop in connection.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if self.proxies and len(forwarded) >= self.proxies:
            address = forwarded[-self.proxies]
        return address if self.limit_loopback or not _is_loopback(address) else None


async def entered(chat: Chat, caller: Principal, conversation: str) -> Conversation:
    """The conversation, if the caller may enter it. Raises UnknownConversation, also when they may not."""
    tenant = caller.key.tenant if isinstance(caller, Visitor) else caller.tenant
    if isinstance(caller, Visitor) and caller.key.conversation != conversation:
        raise UnknownConversation("there is no such conversation for this token")
    if len(conversation) > 80 or "\x00" in conversation:
        raise UnknownConversation("there is no such conversation")
    found = await chat.conversation(Key(tenant, conversation))
    if not caller.may_enter(found):
        raise UnknownConversation("there is no such conversation for this token")
    return found


def bearer(connection: HTTPConnection) -> str | None:
    """The bearer token of a request. Raises Problem for another kind of authorization."""
    header = connection.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("token_invalid", "the Authorization header must be 'Bearer <token>'")
    return token.strip()


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
