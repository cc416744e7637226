"""Reads the ledger, with a role that may do nothing else with it, and notes in the audit who was shown what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from careline.storage import Pool
from careline.storage.database import use_tenant
from careline.storage.sealed import origin

from ..domain.ledger import LedgerFilter, LedgerRow, Revealed
from .store import available


class PostgresLedgerBook:
    """Implements `ports.LedgerBook` on the pool that `pool()` gives."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool

    async def read(self, wanted: LedgerFilter) -> Sequence[LedgerRow]:
        given = (wanted.entry, wanted.customer, wanted.conversation, wanted.operation, wanted.since, wanted.limit)
        with available():
            async with self._pool().acquire() as connection, connection.transaction(readonly=True):
                await use_tenant(connection, wanted.tenant)
                return [_row(row) for row in await connection.fetch(_READ, wanted.tenant, *given)]

    async def reveal(self, revealed: Revealed) -> None:
        detail = {"entries": list(revealed.entries)}
        with available():
            async with self._pool().acquire() as connection, connection.transaction():
                await use_tenant(connection, revealed.tenant)
                await connection.execute(_REVEALED, origin(revealed.tenant), revealed.agent, detail)


def _row(row: asyncpg.Record) -> LedgerRow:
    values: dict[str, Any] = dict(row)
    for name in ("id", "undoes", "undone_by"):
        values[name] = str(values[name]) if values[name] is not None else None
    return LedgerRow(**values)


_WANTED = """
{0}.tenant = $1 AND ($2::uuid IS NULL OR {0}.id = $2) AND ($4::text IS NULL OR {0}.conversation = $4)
AND ($5::text IS NULL OR {0}.operation = $5)"""
_REVEALED = "INSERT INTO privacy.audit (tenant, action, actor, detail) VALUES ($1, 'reveal', $2, $3)"
_READ = f"""
SELECT * FROM (
    SELECT e.id, coalesce(e.asked_at, e.committed_at) AS at, 'committed' AS status, e.conversation, e.turn, e.operation,
           e.visitor, e.customer, e.arguments, e.written, e."text", e.reason, e.case_number AS case, e.result,
           e.approval, e.undoes, e.pack_version,
           (SELECT u.id FROM ledger.entries u WHERE u.tenant = e.tenant AND u.undoes = e.id) AS undone_by,
           h.actor AS settled_by, h.why
    FROM ledger.entries e
    LEFT JOIN ledger.outcomes h ON h.tenant = e.tenant AND h.id = e.id AND h.source = 'human'
    WHERE {_WANTED.format("e")} AND ($3::text IS NULL OR e.customer = $3)
    UNION ALL
    SELECT r.id, r.settled_at, r.status, r.conversation, r.turn, r.operation, r.visitor, r.customer, r.arguments,
           r.diff, r."text", r.reason, NULL, '{{}}'::jsonb, r.approval, NULL, NULL, NULL, NULL, NULL
    FROM ledger.refusals r WHERE {_WANTED.format("r")} AND ($3::text IS NULL OR r.customer = $3)
    UNION ALL
    SELECT i.id, i.asked_at, coalesce(n.status, 'unknown'), i.conversation, i.turn, i.operation, i.visitor, i.customer,
           i.arguments, i.diff, coalesce(n.told, o."text"), o.reason, NULL, '{{}}'::jsonb, i.approval, NULL,
           i.pack_version, NULL, n.actor, n.why
    FROM ledger.intents i JOIN ledger.outcomes o ON o.tenant = i.tenant AND o.id = i.id AND o.status = 'unknown'
    LEFT JOIN ledger.outcomes n ON n.tenant = i.tenant AND n.id = i.id AND n.status = 'not_done'
    WHERE {_WANTED.format("i")} AND ($3::text IS NULL OR i.customer = $3)
      AND NOT EXISTS (SELECT FROM ledger.entries e WHERE e.tenant = i.tenant AND e.id = i.id)
      AND NOT EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id)
) AS listed
WHERE ($6::timestamptz IS NULL OR at >= $6) ORDER BY at DESC, id LIMIT $7"""  # noqa: S608
