"""Reads the ledger, with a role that may do nothing else with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from careline.storage import Database

from ..domain.ledger import LedgerFilter, LedgerRow
from .store import available


class PostgresLedgerBook:
    """Implements `ports.LedgerBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, wanted: LedgerFilter) -> Sequence[LedgerRow]:
        given = (wanted.entry, wanted.customer, wanted.conversation, wanted.operation, wanted.since, wanted.limit)
        with available():
            async with self._database.tenant(wanted.tenant, readonly=True) as connection:
                return [_row(row) for row in await connection.fetch(_READ, wanted.tenant, *given)]


def _row(row: asyncpg.Record) -> LedgerRow:
    values: dict[str, Any] = dict(row)
    for name in ("id", "undoes", "undone_by"):
        values[name] = str(values[name]) if values[name] is not None else None
    return LedgerRow(**values)


_WANTED = """
tenant = $1 AND ($2::uuid IS NULL OR id = $2) AND ($4::text IS NULL OR conversation = $4)
AND ($5::text IS NULL OR operation = $5)"""
_READ = f"""
SELECT * FROM (
    SELECT e.id, coalesce(e.asked_at, e.committed_at) AS at, 'committed' AS status, e.conversation, e.turn, e.operation,
           e.visitor, e.customer, e.arguments, e.written, e."text", e.reason, e.case_number AS case, e.result,
           e.approval, e.undoes, e.pack_version,
           (SELECT u.id FROM ledger.entries u WHERE u.tenant = e.tenant AND u.undoes = e.id) AS undone_by
    FROM ledger.entries e WHERE {_WANTED} AND ($3::text IS NULL OR e.customer = $3)
    UNION ALL
    SELECT r.id, r.settled_at, r.status, r.conversation, r.turn, r.operation, r.visitor, r.customer, r.arguments,
           r.diff, r."text", r.reason, NULL, '{{}}'::jsonb, r.approval, NULL, NULL, NULL
    FROM ledger.refusals r WHERE {_WANTED} AND ($3::text IS NULL OR r.customer = $3)
) AS listed
WHERE ($6::timestamptz IS NULL OR at >= $6) ORDER BY at DESC, id LIMIT $7"""  # noqa: S608
