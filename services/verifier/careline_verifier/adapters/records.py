"""Business tables and ledger in Postgres, through the verifier's role, which cannot write."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from careline.contracts.base import TurnRef
from careline.contracts.turn import Argument, RowChange
from careline.contracts.understanding import CustomerFacts
from careline.operations.ahead import (
    Ahead,
    NotForeseen,
    at_once,
    is_foreseeable,
    look_at_facts,
    rows_by_query,
    verdict_queries,
)
from careline.operations.errors import MissingRows, NoPreview
from careline.operations.guards import Asked
from careline.operations.preview import matched_rows, preview
from careline.operations.reach import scope_of
from careline.operations.reads import Connection as Reading
from careline.operations.remote import Systems, foresee
from careline.operations.rules import Proceed
from careline.operations.situation import Situation, proven_customer, situation
from careline.operations.sources import gather_sources
from careline.operations.survey import Survey, survey
from careline.operations.undoing import survey_undo
from careline.storage import Database, Scope, StatementRejected
from careline.tenants.model import UNDO, Call, Operation, Pack

from ..domain.inquiry import Dossier, Inquiry, Record

log = logging.getLogger("careline.verifier")
_MOST_UNFORESEEN = 1000


class PostgresRecords:
    """Implements `ports.Records`. `systems`: the other systems, by credentials that can only look."""

    def __init__(self, database: Database, systems: Systems) -> None:
        self._database = database
        self._systems = systems
        self._unforeseen: set[tuple[str, str, str]] = set()  # operations with a read that follows from another

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        return await look_at_facts(self._database, tenant, pack, customer)

    async def look_into(self, inquiry: Inquiry) -> Dossier:
        turning, pack = inquiry.turning, inquiry.turning.pack
        dossier, effect = await self._read(inquiry)
        if effect is None or not isinstance(dossier.found.decision, Proceed):
            return dossier
        seen = await self._foreseen(dossier, pack, effect)
        # Looked at last: what was seen of a call, was recorded before the call.
        async with self._database.tenant(turning.ref.tenant, readonly=True, schema=pack.business_schema) as connection:
            ref = turning.ref
            sent = bool(await connection.fetchval(_SENT, ref.tenant, ref.conversation, ref.turn))
        return replace(seen, sent=sent)

    async def _read(self, inquiry: Inquiry) -> tuple[Dossier, Call | None]:
        """In one snapshot: if it shows the rows after a commit, it shows the ledger's entry too. One statement where
        all that is read can be told before, else a transaction."""
        turning, pack = inquiry.turning, inquiry.turning.pack
        key = (pack.name, pack.version, inquiry.name)
        if is_foreseeable(inquiry.operation) and key not in self._unforeseen:
            try:
                return await self._read_at_once(inquiry)
            except NotForeseen:
                self._unforeseen.add(key)
                if len(self._unforeseen) > _MOST_UNFORESEEN:
                    self._unforeseen.clear()
            except StatementRejected as error:  # of one of the parts; by itself it says of which, if it is again
                log.warning("%s cannot be read at once: %s", inquiry.name, type(error).__name__)
        async with self._database.tenant(
            turning.ref.tenant,
            scope=_scope_of(inquiry),
            readonly=True,
            schema=pack.business_schema,
            isolation="repeatable_read",
        ) as connection:
            row = await connection.fetchrow(_SETTLED, *_turn_of(turning.ref))
            return await _dossier(connection, inquiry, None if row is None else _record(dict(row)))

    async def _read_at_once(self, inquiry: Inquiry) -> tuple[Dossier, Call | None]:
        turning, pack = inquiry.turning, inquiry.turning.pack
        queries = verdict_queries(pack, inquiry.operation, inquiry.arguments, _known(inquiry))
        (row,) = await self._database.look(
            turning.ref.tenant,
            *at_once(queries, _SETTLED, *_turn_of(turning.ref)),
            scope=_scope_of(inquiry),
            schema=pack.business_schema,
        )
        ahead = Ahead(rows_by_query(row, queries))
        return await _dossier(ahead, inquiry, _record(row) if row["id"] is not None else None)

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
        found = await self._database.look(ref.tenant, _SETTLED, *_turn_of(ref), schema=pack.business_schema)
        return _record(found[0]) if found else None


def _scope_of(inquiry: Inquiry) -> Scope:
    turning = inquiry.turning
    return scope_of(turning.pack, inquiry.operation, proven_customer(turning.turn.identity))


def _known(inquiry: Inquiry) -> Situation:
    turn = inquiry.turning.turn
    known = situation(inquiry.turning.pack, turn.received_at, proven_customer(turn.identity))
    return replace(known, args=inquiry.args)


async def _dossier(connection: Reading, inquiry: Inquiry, record: Record | None) -> tuple[Dossier, Call | None]:
    """What is found out, and the call to another system that has to be asked about besides."""
    sources = await gather_sources(
        connection,
        inquiry.turning.pack,
        inquiry.operation,
        inquiry.arguments,
        inquiry.turning.turn,
        _known(inquiry),
        pending_trusted=inquiry.pending_trusted,
    )
    found, diff, effect = await _examined(connection, inquiry)
    return Dossier(sources, found, diff, record), effect


async def _examined(connection: Reading, inquiry: Inquiry) -> tuple[Survey, tuple[RowChange, ...] | None, Call | None]:
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
    connection: Reading, pack: Pack, operation: Operation, found: Survey
) -> tuple[RowChange, ...] | None:
    if not isinstance(found.decision, Proceed):
        return None
    try:
        matched = await matched_rows(connection, pack, operation, found.situation)
        return preview(pack, operation, found.situation, matched)
    except MissingRows:
        return None


def _turn_of(ref: TurnRef) -> tuple[str, str, str]:
    return ref.tenant, ref.conversation, ref.turn


def _record(row: Mapping[str, Any]) -> Record:
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
