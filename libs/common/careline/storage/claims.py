"""Whom a transaction is about, signed: row-level security shows what a true claim says, and nothing without one.

The key is apart from the database's password: in the environment or in a mounted secret of the service's process, and
in a table of the database that only its owner reads (`control.claim_keys`). A claim is good for one role, one session
and some seconds. SQL checks it (migration 0004_claims.sql); how it is written stands there.

StorageError
└── BadClaim      a key or a claim cannot be made
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import PermanentStorageError

KEY_BYTES = 32
# Longer than clocks differ; a transaction that began in time goes on.
LIFE_S = 60
# In place of a tenant: what a job does for all of them at once. No row of a tenant is visible by such a claim; what is,
# says the function or policy that asks for it.
EVERY_TENANT = "*"
_BLOCK = 64
_BETWEEN = "\x1f"
_ID = re.compile(r"^[A-Za-z0-9_.-]{1,32}$")


class BadClaim(PermanentStorageError):
    """What is wrong with a key or a claim; never the key itself."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a transaction may see and change: the customer's own. `reach` names the tables whose rows of other
    customers it may see as well, because the pack declares that something is looked up among all of them."""

    customer: str | None = None
    reach: tuple[str, ...] = ()


NOBODY = Scope()


@dataclass(frozen=True, slots=True)
class Claims:
    """Signs claims as one service, with its current key."""

    role: str
    key_id: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, service: str, keys: str) -> Claims:
        """With the first of the keys, as `parse_keys` has them. Raises BadClaim."""
        key_id, key = next(iter(parse_keys(keys).items()))
        return cls(_role_of(service), key_id, key)

    def sign(self, session: int, tenant: str, scope: Scope = NOBODY, now: float | None = None) -> str:
        """The claim for a session (its backend's process id), `now` in seconds since 1970. Raises BadClaim."""
        expires = int((time.time() if now is None else now) + LIFE_S)
        whose = "-" if scope.customer is None else f"={scope.customer}"
        fields = (self.key_id, self.role, str(session), str(expires), tenant, whose, ",".join(scope.reach))
        body = _BETWEEN.join(fields)
        if body.count(_BETWEEN) != len(fields) - 1 or "\0" in body:
            raise BadClaim("the name of a tenant or customer has a control character")
        return f"{hmac.digest(self.key, body.encode(), 'sha256').hex()}{_BETWEEN}{body}"


def parse_keys(text: str) -> dict[str, bytes]:
    """Keys by id from words `id:base64` (32 bytes); the first is the one to sign with. Raises BadClaim."""
    keys: dict[str, bytes] = {}
    for number, word in enumerate(text.split(), 1):
        key_id, _, value = word.partition(":")
        try:
            key = base64.b64decode(value, validate=True)
        except ValueError:
            raise BadClaim(f"claim key {number} is not base64") from None
        if not _ID.fullmatch(key_id) or len(key) != KEY_BYTES or key_id in keys:
            raise BadClaim(f"claim key {number} needs an id of its own (letters, digits, . _ -) and {KEY_BYTES} bytes")
        keys[key_id] = key
    if not keys:
        raise BadClaim("there is no claim key")
    return keys


async def register_claim_keys(connection: Any, keys: Mapping[str, str]) -> None:
    """Make the keys given by service the ones that count for its role, and no others; services not named keep theirs.

    `connection` is the owner's, after the migrations. Raises BadClaim.
    """
    parsed = {_role_of(service): parse_keys(text) for service, text in keys.items()}
    async with connection.transaction():
        for role, by_id in parsed.items():
            await connection.execute(_FORGET, role, [*by_id])
            for key_id, key in by_id.items():
                await connection.execute(_REGISTER, role, key_id, *_pads(key))


def _role_of(service: str) -> str:
    return f"careline_{service}"  # as in roles.py, which needs this module


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as HMAC uses it for the inner and the outer hash (RFC 2104; 32 bytes are less than a block)."""
    block = key.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def generate_claim_key(random: bytes) -> str:
    """A key as settings have it, of 32 random bytes; its id says which it is, and nothing of it."""
    return f"{hashlib.sha256(b'claim key ' + random).hexdigest()[:8]}:{base64.b64encode(random).decode()}"


_FORGET = "DELETE FROM control.claim_keys WHERE role = $1 AND id <> ALL ($2)"
_REGISTER = """
INSERT INTO control.claim_keys (role, id, inner_pad, outer_pad) VALUES ($1, $2, $3, $4)
ON CONFLICT (role, id) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad
"""
