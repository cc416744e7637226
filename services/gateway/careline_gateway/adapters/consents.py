"""Customers' choices in Postgres; nothing of them is ever changed, the newest holds."""

from __future__ import annotations

from careline.storage import Database

from ..domain.consent import Choice
from ..domain.state import Key
from .store import available


class PostgresConsents:
    """Implements `ports.Consents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: Key, customer: str | None, choice: Choice) -> None:
        with available():
            async with self._database.tenant(key.tenant) as connection:
                said = choice.given, choice.wording, choice.language, choice.at
                await connection.execute(_ADD, *key, customer, *said)

    async def current(self, key: Key, customer: str | None) -> Choice | None:
        with available():
            async with self._database.tenant(key.tenant, readonly=True) as connection:
                row = await connection.fetchrow(_CURRENT, *key, customer)
        return Choice(row["given"], row["wording"], row["language"], row["at"]) if row else None


_ADD = """
INSERT INTO gateway.consents (tenant, conversation, customer, given, wording, language, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)"""
# Of a customer who is known her own choices count, wherever she made them, and a no of this conversation; a yes that
# nobody known gave only where there is nothing else.
_CURRENT = """
SELECT given, wording, language, at FROM gateway.consents
WHERE tenant = $1 AND CASE WHEN $3::text IS NULL THEN conversation = $2 AND customer IS NULL
                           ELSE customer = $3 OR (conversation = $2 AND customer IS NULL) END
ORDER BY (customer IS NOT NULL OR NOT given) DESC, number DESC LIMIT 1"""
