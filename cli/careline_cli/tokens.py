"""Customer tokens, as a business's own backend signs them (JWT, HS256: RFC 7519)."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode

import orjson


def customer_token(tenant: str, customer: str, secret: str, ttl_seconds: float = 3600) -> str:
    """A token that says: whoever shows this is `customer` of `tenant`, for `ttl_seconds` from now."""
    claims = {"sub": customer, "tenant": tenant, "exp": int(time.time() + ttl_seconds)}
    signed = _encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + _encode(orjson.dumps(claims))
    return (signed + b"." + _encode(hmac.digest(secret.encode(), signed, hashlib.sha256))).decode()


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
