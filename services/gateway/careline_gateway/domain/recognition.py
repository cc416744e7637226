"""One-time codes as values: random, bound to a conversation, kept as a keyed hash, good for few guesses and minutes."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .state import Key

DIGITS = 6
# Guesses for one code: one in 200,000 to hit it by chance.
ATTEMPTS = 5
LIFE = timedelta(minutes=10)
# How long the customer counts as recognised in this conversation.
RECOGNISED_FOR = timedelta(minutes=60)

Way = Literal["email", "sms"]
WAYS: tuple[Way, ...] = ("email", "sms")
# A letter that does not get through is tried again after so many seconds; then it is given up.
PAUSES_S = (0.5, 2.0)
# So long after an outage customers are told that no codes can be sent; the next one tries again.
OUTAGE = timedelta(seconds=60)
# Replies with one of these reasons ask who the customer is.
WHO_REASONS = frozenset({"sign_in", "code_needed"})


@dataclass(frozen=True, slots=True)
class Found:
    """A customer of the record, with the addresses there."""

    customer: str
    email: str | None = None
    phone: str | None = None

    def address(self, wanted: Way | None, ways: Collection[Way] = WAYS) -> tuple[Way, str] | None:
        """Where a code can be sent, in one of `ways`; by e-mail unless something else is wanted. None: nowhere."""
        have: dict[Way, str | None] = {"email": self.email, "sms": self.phone}
        for way in [wanted] if wanted else WAYS:
            if way not in ways:
                continue
            address = have[way]
            if address:
                return way, address
        return None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code that was asked for. `customer` is None where there is nobody to send it to: then no guess is right, and
    nothing else tells the difference."""

    key: Key
    customer: str | None
    salt: bytes
    digest: bytes
    expires_at: datetime
    tries: int = ATTEMPTS  # left


def challenge_for(key: Key, customer: str | None, secret: bytes, now: datetime) -> tuple[Challenge, str]:
    """A new challenge, and its code, which is kept nowhere."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_bytes(16)
    return Challenge(key, customer, salt, digest_of(key, code, salt, secret), now + LIFE), code


def digest_of(key: Key, code: str, salt: bytes, secret: bytes) -> bytes:
    """With the gateway's own key: who reads the table cannot try all codes."""
    return hmac.digest(
        secret, b"\x1f".join((key.tenant.encode(), key.conversation.encode(), salt, code.encode())), "sha256"
    )


def is_right(challenge: Challenge, code: str, secret: bytes) -> bool:
    """Whether this is the code, in time that does not depend on it."""
    same = hmac.compare_digest(digest_of(challenge.key, code, challenge.salt, secret), challenge.digest)
    return same and challenge.customer is not None


def recognition_secret(private_key: bytes) -> bytes:
    """The key of the hashes, derived from the gateway's own."""
    return hmac.digest(private_key, b"careline one-time codes", "sha256")
