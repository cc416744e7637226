"""One-time codes in Postgres, as keyed hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from careline.storage import Database

from ..domain.recognition import ATTEMPTS, Challenge
from ..domain.state import Key
from .store import available


class PostgresChallenges:
    """Implements `ports.Challenges`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, challenge: Challenge) -> None:
        key = challenge.key
        with available():
            async with self._database.tenant(key.tenant) as connection:
                await connection.execute(
                    _PUT, *key, challenge.customer, challenge.salt, challenge.digest, challenge.expires_at
                )

    async def attempt(self, key: Key, now: datetime) -> Challenge | None:
        with available():
            async with self._database.tenant(key.tenant) as connection:
                row = await connection.fetchrow(_ATTEMPT, *key, now, ATTEMPTS)
        return _challenge(key, row) if row else None

    async def use(self, challenge: Challenge) -> bool:
        with available():
            async with self._database.tenant(challenge.key.tenant) as connection:
                return await connection.fetchval(_USE, *challenge.key, challenge.digest) is not None


def _challenge(key: Key, row: Any) -> Challenge:
    tries = max(0, ATTEMPTS - row["attempts"])
    return Challenge(key, row["customer"], row["salt"], row["digest"], row["expires_at"], tries)


_PUT = """
INSERT INTO gateway.challenges (tenant, conversation, customer, salt, digest, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant, conversation) DO UPDATE
SET customer = $3, salt = $4, digest = $5, expires_at = $6, attempts = 0"""
_ATTEMPT = """
UPDATE gateway.challenges SET attempts = attempts + 1
WHERE tenant = $1 AND conversation = $2 AND expires_at > $3 AND attempts < $4
RETURNING customer, salt, digest, expires_at, attempts"""
_USE = "DELETE FROM gateway.challenges WHERE tenant = $1 AND conversation = $2 AND digest = $3 RETURNING true"
