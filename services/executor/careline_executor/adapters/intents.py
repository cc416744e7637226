"""Operations in other systems in the ledger: recorded before they are sent, settled when it is known what became of
them."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from careline.contracts.reply import Approval
from careline.contracts.seals import diff_hash
from careline.contracts.turn import RowChange
from careline.operations.errors import UnknownName
from careline.operations.guards import queue_of
from careline.operations.rules import Proceed, Refused
from careline.operations.wording import Wording
from careline.storage import Connection, ConstraintViolated, Database
from careline.systems.verdicts import Declined, Done
from careline.tenants.expressions import ExpressionError
from careline.tenants.model import UNDO, Pack
from careline.tenants.words import WordsError

from ..domain.intent import UNKNOWN, Intent
from ..domain.request import Request, make_request
from ..ports import Begun, Order, Settlement, Source
from . import records
from .fence import fenced, is_current
from .ledger import again
from .planned import planned

log = logging.getLogger("careline.executor")


class PostgresIntents:
    """Implements `ports.Intents`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def calls(self, order: Order) -> bool:
        request = order.request
        async with self._database.tenant(request.ref.tenant, schema=request.pack.business_schema) as connection:
            return (await planned(connection, request)).remote is not None

    async def find(self, order: Order) -> Settlement | Intent | None:
        request, approval = order.request, order.approval
        async with self._database.tenant(request.ref.tenant, schema=request.pack.business_schema) as connection:
            before = await _settled(connection, approval)
            if before is not None:
                return before
            row = await connection.fetchrow(_INTENT, approval.ref.tenant, approval.idempotency_key)
            if row is None or row["attempts"] == 0:
                return None
            if _is_another(row, approval):
                return Settlement("void")
            intent = await _intent(connection, request, approval, row)
        if intent is None:
            raise UnknownName(f"the pack of {request.ref.tenant} does not say any more how {request.name} is done")
        return intent

    async def open(self, order: Order, diff: tuple[RowChange, ...]) -> Settlement | Intent:
        return await again(lambda: self._open(order, diff))

    async def _open(self, order: Order, diff: tuple[RowChange, ...]) -> Settlement | Intent:
        request, approval = order.request, order.approval
        queues, schema = _queues(request), request.pack.business_schema
        async with fenced(self._database, request.ref, "serializable", schema, queues) as connection:
            before = await _settled(connection, approval)
            if before is not None:
                return before
            if not await is_current(connection, request.ref) or await records.has_other(connection, approval):
                return Settlement("void")
            recorded = await connection.fetchrow(_INTENT, request.ref.tenant, approval.idempotency_key)
            if recorded is not None and _is_another(recorded, approval):
                return Settlement("void")
            plan = await planned(connection, request)
            found, effect = plan.found, plan.remote
            if isinstance(found.decision, Refused):
                wording = Wording(request.pack, request.language, found.situation)
                settled = Settlement("refused", found.decision.reason, wording.plain(found.decision.words))
            elif (
                effect is None
                or not isinstance(found.decision, Proceed)
                or order.at >= approval.expires_at
                or diff_hash(diff) != approval.diff_hash
            ):
                settled = Settlement("stale", diff=diff)
            else:
                await _record(connection, order, diff, plan.undoes)
                intent = Intent(request, approval, effect, diff, found.situation, undoes=plan.undoes)
                doubled = await connection.fetchval(_IN_DOUBT, request.ref.tenant, intent.key)
                return await _in_doubt(connection, intent) if doubled else intent
            await records.refuse(connection, approval, settled)
            return settled

    async def begin(self, intent: Intent, number: int, at: datetime) -> Begun:
        ref = intent.request.ref
        async with fenced(self._database, ref, "read_committed") as connection:
            if await _settled(connection, intent.approval) is not None:
                return "settled"
            over = not await is_current(connection, ref)
            if over or at >= intent.approval.expires_at:
                # Not by us, but perhaps by another executor while we looked: then its end is not ours to tell.
                if await connection.fetchval(_SENT, ref.tenant, intent.key, number):
                    return "taken"
                return "over" if over else "expired"
            sent = await connection.fetchval(_ATTEMPT, ref.tenant, intent.key, number, ref.conversation, ref.turn)
            return "sent" if sent else "taken"

    async def done(self, intent: Intent, verdict: Done, source: Source) -> Settlement:
        settled = Settlement(
            status="committed",
            text=_done_words(intent, verdict),
            diff=intent.diff,
            ledger_entry=intent.key,
            result=verdict.result,
        )
        try:
            async with self._database.tenant(intent.tenant) as connection:
                await _outcome(connection, intent, "done", source)
                request = intent.request
                version, undoes = request.pack.version, intent.undoes
                await records.append(connection, request.now, intent.approval, intent.diff, settled, version, undoes)
        except ConstraintViolated:  # somebody else found out first
            return await self.standing(intent)
        return settled

    async def declined(self, intent: Intent, verdict: Declined, source: Source) -> Settlement:
        wording = Wording(intent.request.pack, intent.request.language, intent.situation)
        return await self._end(
            intent, "refused", Settlement("refused", verdict.reason, wording.plain(verdict.words)), source
        )

    async def void(self, intent: Intent) -> Settlement:
        return await self._end(intent, "void", Settlement("void"), "executor")

    async def stale(self, intent: Intent) -> Settlement:
        return await self._end(intent, "void", Settlement("stale", diff=intent.diff), "executor")

    async def hand_over(self, intent: Intent, status: str, settled: Settlement, detail: str) -> Settlement:
        async with self._database.tenant(intent.tenant) as connection:
            await _outcome(connection, intent, status, "executor", settled, detail)
        return await self.standing(intent)

    async def never_came(self, intent: Intent) -> None:
        async with self._database.tenant(intent.tenant) as connection:
            await _outcome(connection, intent, "not_done", "query", detail="the system does not know of it")

    async def pending(self, tenant: str, pack: Pack, older_than: float) -> list[Intent]:
        async with self._database.tenant(tenant, schema=pack.business_schema) as connection:
            found = []
            for row in await connection.fetch(_PENDING, tenant, older_than):
                approval = Approval.model_validate(row["approval"])
                operation = pack.operations.get(approval.operation)
                if operation is None:
                    continue
                request = make_request(
                    approval.ref,
                    pack,
                    approval.operation,
                    approval.identity,
                    approval.arguments,
                    row["language"],
                    row["asked_at"],
                )
                intent = await _intent(connection, request, approval, row)
                found += [intent] if intent is not None else []
            return found

    async def _end(self, intent: Intent, status: str, settled: Settlement, source: Source) -> Settlement:
        """An end without a write."""
        try:
            async with self._database.tenant(intent.tenant) as connection:
                await _outcome(connection, intent, status, source, settled)
                if settled.status in ("refused", "stale"):
                    await records.refuse(connection, intent.approval, settled)
        except ConstraintViolated:
            return await self.standing(intent)
        return settled

    async def standing(self, intent: Intent) -> Settlement:
        async with self._database.tenant(intent.tenant) as connection:
            settled = await _settled(connection, intent.approval)
        assert settled is not None, "an outcome is there, so it is settled"
        return settled


def _is_another(row: Any, approval: Approval) -> bool:
    """Whether the intent with this key was recorded for other values: what is on its way would be told of as if it were
    what this approval says."""
    recorded = Approval.model_validate(row["approval"])
    values = [[(argument.name, argument.value) for argument in each.arguments] for each in (recorded, approval)]
    return recorded.diff_hash != approval.diff_hash or values[0] != values[1]


async def _intent(connection: Connection, request: Request, approval: Approval, row: Any) -> Intent | None:
    """As it was recorded; None when the pack does not say any more which system is called for it."""
    plan = await planned(connection, request)
    if plan.remote is None:
        return None
    diff = tuple(RowChange.model_validate(change) for change in row["diff"])
    age = float(row["age"] or 0)
    undoes = str(row["undoes"]) if row["undoes"] else None
    return Intent(request, approval, plan.remote, diff, plan.found.situation, row["attempts"], age, undoes)


async def _settled(connection: Connection, approval: Approval) -> Settlement | None:
    """What became of an approval before: in the ledger, or told to a human."""
    before = await records.recorded(connection, approval.ref.tenant, approval.idempotency_key)
    if before is not None:
        return before
    row = await connection.fetchrow(_OUTCOME, approval.ref.tenant, approval.idempotency_key)
    if row is None:
        return None
    if row["status"] == "void":
        return Settlement("void")
    return Settlement("unsettled", row["reason"], row["text"])


async def _record(connection: Connection, order: Order, diff: tuple[RowChange, ...], undoes: str | None) -> None:
    request, approval = order.request, order.approval
    ref, identity = approval.ref, approval.identity
    await connection.execute(
        _RECORD,
        ref.tenant,
        approval.idempotency_key,
        ref.conversation,
        ref.turn,
        ref.epoch,
        approval.operation,
        identity.visitor,
        identity.customer,
        [argument.model_dump(mode="json") for argument in approval.arguments],
        [change.model_dump(mode="json") for change in diff],
        approval.diff_hash,
        approval.model_dump(mode="json"),
        request.language,
        request.now,
        request.pack.version,
        undoes,
    )


async def _in_doubt(connection: Connection, intent: Intent) -> Settlement:
    """The same was asked for before, and nobody knows yet what became of that: not a second time on top of it."""
    wording = Wording(intent.request.pack, intent.request.language, intent.situation)
    settled = Settlement("unsettled", UNKNOWN, wording.plain(intent.effect.unknown))
    await _outcome(connection, intent, "unknown", "executor", settled, "the same is in doubt already; not sent")
    return settled


async def _outcome(
    connection: Connection,
    intent: Intent,
    status: str,
    source: Source,
    settled: Settlement | None = None,
    detail: str = "",
) -> None:
    ref = intent.request.ref
    reason, text = (settled.reason, settled.text) if settled else (None, "")
    await connection.execute(
        _ADD_OUTCOME, ref.tenant, intent.key, ref.conversation, ref.turn, status, source, reason, text, detail[:500]
    )


def _queues(request: Request) -> tuple[str, ...]:
    """Whoever undoes something by a call waits for who else does, for each would send a call of its own."""
    undo = (f"undo of {request.asked.who}",) if request.operation.builtin == UNDO else ()
    return (*undo, *queue_of(request.asked, request.operation))


def _done_words(intent: Intent, verdict: Done) -> str:
    """The pack's words. If they do not fit what came back it is done all the same: then it is named by its title."""
    request = intent.request
    wording = Wording(request.pack, request.language, intent.situation)
    try:
        return wording.done(request.operation, intent.diff, verdict.result)
    except (WordsError, ExpressionError):
        log.exception("%s of pack %s: the words for done cannot be said", request.name, request.pack.name)
        return wording.plain(request.operation.title)


_INTENT = """
SELECT i.diff, i.approval, i.undoes, count(a.number)::int AS attempts, extract(epoch FROM now() - max(a.at)) AS age
FROM ledger.intents i LEFT JOIN ledger.attempts a USING (tenant, id)
WHERE i.tenant = $1 AND i.id = $2 GROUP BY i.tenant, i.id
"""
_PENDING = """
SELECT i.diff, i.approval, i.undoes, i.language, i.asked_at, count(a.number)::int AS attempts,
       extract(epoch FROM now() - max(a.at)) AS age
FROM ledger.intents i LEFT JOIN ledger.attempts a USING (tenant, id)
WHERE i.tenant = $1 AND i.recorded_at < now() - make_interval(secs => $2) AND i.recorded_at > now() - interval '1 day'
  AND NOT EXISTS (SELECT FROM ledger.entries e WHERE e.tenant = i.tenant AND e.id = i.id)
  AND NOT EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id)
  AND NOT EXISTS (SELECT FROM ledger.outcomes o WHERE o.tenant = i.tenant AND o.id = i.id AND o.status <> 'unknown')
GROUP BY i.tenant, i.id ORDER BY i.recorded_at LIMIT 50
"""
_IN_DOUBT = """
SELECT EXISTS (
    SELECT FROM ledger.intents own JOIN ledger.intents i
        ON i.tenant = own.tenant AND i.id <> own.id AND i.operation = own.operation AND i.diff_hash = own.diff_hash
        AND i.customer IS NOT DISTINCT FROM own.customer
    WHERE own.tenant = $1 AND own.id = $2
      AND (i.undoes = own.undoes OR EXISTS (SELECT FROM ledger.attempts a WHERE a.tenant = i.tenant AND a.id = i.id))
      AND NOT EXISTS (SELECT FROM ledger.entries e WHERE e.tenant = i.tenant AND e.id = i.id)
      AND NOT EXISTS (SELECT FROM ledger.refusals r WHERE r.tenant = i.tenant AND r.id = i.id)
      AND NOT EXISTS (SELECT FROM ledger.outcomes o
                      WHERE o.tenant = i.tenant AND o.id = i.id AND o.status <> 'unknown'))
"""
_OUTCOME = """
SELECT status, reason, "text" FROM ledger.outcomes
WHERE tenant = $1 AND id = $2 AND status IN ('void', 'not_done', 'unknown') ORDER BY status = 'unknown' DESC LIMIT 1
"""
_RECORD = """
INSERT INTO ledger.intents (tenant, id, conversation, turn, epoch, operation, visitor, customer, arguments, diff,
                            diff_hash, approval, language, asked_at, pack_version, undoes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT DO NOTHING
"""
_ATTEMPT = """
INSERT INTO ledger.attempts (tenant, id, number, conversation, turn) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true
"""
_SENT = "SELECT EXISTS (SELECT FROM ledger.attempts WHERE tenant = $1 AND id = $2 AND number >= $3)"
_ADD_OUTCOME = """
INSERT INTO ledger.outcomes (tenant, id, conversation, turn, status, source, reason, "text", detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
"""
