"""Business tables and ledger in Postgres, through the verifier's role, which cannot write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg

from careline.contracts.base import TurnRef
from careline.contracts.turn import Argument, RowChange
from careline.contracts.understanding import CustomerFacts
from careline.operations.errors import MissingRows, NoPreview
from careline.operations.facts import read_facts
from careline.operations.guards import Asked
from careline.operations.preview import matched_rows, preview
from careline.operations.reach import scope_of
from careline.operations.remote import Systems, foresee
from careline.operations.rules import Proceed
from careline.operations.situation import proven_customer, situation
from careline.operations.sources import gather_sources
from careline.operations.survey import Survey, survey
from careline.operations.undoing import survey_undo
from careline.storage import Connection, Database, Scope
from careline.tenants.model import UNDO, Call, Operation, Pack

from ..domain.inquiry import Dossier, Inquiry, Record


class PostgresRecords:
    """Implements `ports.Records`. `systems`: the other systems, by credentials that can only look."""

    def __init__(self, database: Database, systems: Systems) -> None:
        self._database = database
        self._systems = systems

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        async with self._database.tenant(
            tenant, scope=Scope(customer), readonly=True, schema=pack.business_schema
        ) as connection:
            return await read_facts(connection, pack, customer)

    async def look_into(self, inquiry: Inquiry) -> Dossier:
        turning, pack = inquiry.turning, inquiry.turning.pack
        turn, identity = turning.turn, turning.turn.identity
        # One snapshot: if it shows the rows after a commit, it shows the ledger's entry too.
        scope = scope_of(pack, inquiry.operation, proven_customer(identity))
        async with self._database.tenant(
            turning.ref.tenant, scope=scope, readonly=True, schema=pack.business_schema, isolation="repeatable_read"
        ) as connection:
            known = replace(situation(pack, turn.received_at, proven_customer(identity)), args=inquiry.args)
            sources = await gather_sources(
                connection,
                pack,
                inquiry.operation,
                inquiry.arguments,
                turn,
                known,
                pending_trusted=inquiry.pending_trusted,
            )
            found, diff, effect = await _examined(connection, inquiry)
            dossier = Dossier(sources, found, diff, await _settled(connection, turning.ref))
        if effect is None or not isinstance(found.decision, Proceed):
            return dossier
        seen = await self._foreseen(dossier, pack, effect)
        # Looked at last: what was seen of a call, was recorded before the call.
        async with self._database.tenant(turning.ref.tenant, readonly=True, schema=pack.business_schema) as connection:
            ref = turning.ref
            sent = bool(await connection.fetchval(_SENT, ref.tenant, ref.conversation, ref.turn))
        return replace(seen, sent=sent)

    async def _foreseen(self, dossier: Dossier, pack: Pack, effect: Call) -> Dossier:
        """With what the other system says to the verifier itself; outside of the transaction, since it takes time."""
        try:
            foreseen = await foresee(self._systems, pack, effect, dossier.found.situation)
        except NoPreview:
            return replace(dossier, diff=None)
        if foreseen.refused is not None:
            return replace(dossier, found=replace(dossier.found, decision=foreseen.refused))
        return replace(dossier, diff=foreseen.diff)

    async def settled(self, ref: TurnRef, pack: Pack) -> Record | None:
        # The schema is not needed, but Postgres plans a statement anew when the path is not that of its last use.
        async with self._database.tenant(ref.tenant, readonly=True, schema=pack.business_schema) as connection:
            return await _settled(connection, ref)


async def _examined(
    connection: Connection, inquiry: Inquiry
) -> tuple[Survey, tuple[RowChange, ...] | None, Call | None]:
    """What the rules say, and what would change; None: nothing may, there are no rows to work on, or it is for the call
    to another system to say."""
    pack, operation, turn = inquiry.turning.pack, inquiry.operation, inquiry.turning.turn
    asked = Asked(inquiry.name, turn.ref, turn.identity)
    if operation.builtin != UNDO:
        found = await survey(connection, pack, operation, asked, inquiry.args, turn.received_at)
        if operation.remote is not None:
            return found, None, operation.remote
        return found, await _preview(connection, pack, operation, found), None
    undoing = await survey_undo(connection, pack, operation, asked, inquiry.args, turn.received_at)
    if undoing.remote is not None:
        return undoing.found, None, undoing.remote
    if undoing.other is not None:
        return undoing.found, await _preview(connection, pack, undoing.other[0], undoing.found), None
    return undoing.found, undoing.diff if isinstance(undoing.found.decision, Proceed) else None, None


async def _preview(
    connection: Connection, pack: Pack, operation: Operation, found: Survey
) -> tuple[RowChange, ...] | None:
    if not isinstance(found.decision, Proceed):
        return None
    try:
        matched = await matched_rows(connection, pack, operation, found.situation)
        return preview(pack, operation, found.situation, matched)
    except MissingRows:
        return None


async def _settled(connection: Connection, ref: TurnRef) -> Record | None:
    row = await connection.fetchrow(_SETTLED, ref.tenant, ref.conversation, ref.turn)
    return None if row is None else _record(row)


def _record(row: asyncpg.Record) -> Record:
    arguments: list[dict[str, Any]] = row["arguments"]
    committed = row["status"] == "committed"
    return Record(
        status=row["status"],
        key=str(row["id"]),
        operation=row["operation"],
        arguments=tuple(Argument.model_validate(argument) for argument in arguments),
        text=row["text"],
        reason=row["reason"],
        case=row["case_number"],
        entry=str(row["id"]) if committed else None,
    )


_SENT = "SELECT EXISTS (SELECT FROM ledger.attempts WHERE tenant = $1 AND conversation = $2 AND turn = $3)"
_SETTLED = """
SELECT id, 'committed' AS status, operation, arguments, "text", reason, case_number
FROM ledger.entries WHERE tenant = $1 AND conversation = $2 AND turn = $3
UNION ALL
SELECT id, status, operation, arguments, "text", reason, NULL
FROM ledger.refusals WHERE tenant = $1 AND conversation = $2 AND turn = $3
UNION ALL
SELECT o.id, 'unsettled', i.operation, i.arguments, o."text", o.reason, NULL
FROM ledger.outcomes o JOIN ledger.intents i USING (tenant, id)
WHERE o.tenant = $1 AND o.conversation = $2 AND o.turn = $3 AND o."text" <> ''
ORDER BY status LIMIT 1
"""
