"""Who is calling: compact signed tokens (JWT, HS256), made and checked without a library's choices.

TokenError
├── MalformedToken    not such a token at all
├── ForgedToken       the signature does not fit, or another algorithm is claimed
└── ExpiredToken      it was good once
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from careline.contracts.turn import Identity

from .state import Conversation, Key

MAX_TOKEN_CHARS = 4096
MAX_NAME_CHARS = 80

_HEADER = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
# Tells visitor tokens apart from customer tokens even if somebody signs both with one key.
_VISITOR = "careline-visitor"


class TokenError(Exception):
    """The token proves nothing; the text may be shown to the caller."""


class MalformedToken(TokenError):
    """Not a token."""


class ForgedToken(TokenError):
    """Not signed by the right key."""


class ExpiredToken(TokenError):
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """May read and write one conversation."""

    key: Key
    visitor: str
    customer: str | None
    expires: int

    def may_enter(self, conversation: Conversation) -> bool:
        return conversation.key == self.key

    @property
    def name(self) -> str:
        return self.visitor


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer as the business's own backend has signed it; may enter all conversations of theirs, but none in which
    a person acts for them."""

    tenant: str
    customer: str
    expires: int

    def may_enter(self, conversation: Conversation) -> bool:
        identity = conversation.identity
        return conversation.tenant == self.tenant and identity.customer == self.customer and identity.agent is None

    @property
    def name(self) -> str:
        return f"{self.tenant}/{self.customer}"


Principal = Visitor | Customer


def visitor_secret(private_key: bytes) -> bytes:
    """The key of visitor tokens, derived from the gateway's own, so that there is no further secret to keep."""
    return hmac.digest(private_key, b"careline visitor tokens", "sha256")


def visitor_token(conversation: Key, identity: Identity, expires: int, secret: bytes) -> str:
    """For the visitor's browser; `expires` in seconds since 1970."""
    claims = {"iss": _VISITOR, "tenant": conversation.tenant, "conversation": conversation.conversation}
    claims |= {"sub": identity.visitor, "exp": expires}  # type: ignore[dict-item]
    if identity.customer:
        claims["customer"] = identity.customer
    return sign(claims, secret)


def customer_token(tenant: str, customer: str, expires: int, secret: bytes) -> str:
    """What a business's backend signs for its own customer; `expires` in seconds since 1970."""
    return sign({"sub": customer, "tenant": tenant, "exp": expires}, secret)


def read_token(token: str, now: datetime, visitor_key: bytes, customer_key: bytes) -> Principal:
    """Whom the token names. Raises TokenError."""
    if len(token) > MAX_TOKEN_CHARS:
        raise MalformedToken("the token is too long")
    claims, signed, signature = _parts(token)
    visitor = claims.get("iss") == _VISITOR
    if not hmac.compare_digest(_signature(signed, visitor_key if visitor else customer_key), signature):
        raise ForgedToken("the token's signature is wrong")
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise MalformedToken("the token does not say when it expires (exp)")
    if now.timestamp() >= expires:
        raise ExpiredToken("the token has expired")
    tenant, subject = _name(claims, "tenant"), _name(claims, "sub")
    if not visitor:
        return Customer(tenant, subject, int(expires))
    customer = _name(claims, "customer") if "customer" in claims else None
    return Visitor(Key(tenant, _name(claims, "conversation")), subject, customer, int(expires))


def sign(claims: dict[str, Any], secret: bytes) -> str:
    """A compact JWT with these claims."""
    signed = _HEADER + b"." + _encode(orjson.dumps(claims))
    return (signed + b"." + _encode(_signature(signed, secret))).decode()


def _parts(token: str) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        header, payload, signature = token.encode("ascii").split(b".")
        algorithm = orjson.loads(_decode(header)).get("alg")
        claims = orjson.loads(_decode(payload))
        decoded = _decode(signature)
    except (ValueError, AttributeError) as error:
        raise MalformedToken("this is not a token") from error
    if algorithm != "HS256":
        raise ForgedToken("tokens are signed with HS256 here")
    if not isinstance(claims, dict):
        raise MalformedToken("the token has no claims")
    return claims, header + b"." + payload, decoded


def _name(claims: dict[str, Any], claim: str) -> str:
    value = claims.get(claim)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_NAME_CHARS or "\x00" in value:
        raise MalformedToken(f"the token's claim {claim!r} must be a text of 1 to {MAX_NAME_CHARS} characters")
    return value


def _signature(signed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, signed, hashlib.sha256)


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(data: bytes) -> bytes:
    return urlsafe_b64decode(data + b"=" * (-len(data) % 4))
