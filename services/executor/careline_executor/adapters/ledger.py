"""Commits approved operations: effect and ledger entry in one transaction, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from careline.contracts.seals import diff_hash
from careline.contracts.turn import RowChange
from careline.operations.ahead import NotForeseen
from careline.operations.cases import case_diff, case_number, case_words
from careline.operations.errors import MissingRows
from careline.operations.guards import queue_of
from careline.operations.rules import Proceed, Refused
from careline.operations.survey import Survey
from careline.operations.wording import Wording, reply_text
from careline.storage import ConstraintViolated, Database, StatementRejected, TransactionConflict

from ..ports import CaseOrder, Order, Settlement
from . import records
from .at_once import Rest, planned_at_once
from .effects import Written, numbered_tables
from .fence import fenced
from .planned import Planned, planned
from .sealing import Kept, for_the_ledger

log = logging.getLogger("careline.executor")
# Commits that touch the same rows, or take the same next number, fail all but one: those start over.
ATTEMPTS = 6
S = TypeVar("S")


class PostgresLedger:
    """Implements `ports.Ledger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settle(self, order: Order) -> Settlement:
        return await again(lambda: self._settle(order))

    async def open_case(self, order: CaseOrder) -> Settlement:
        return await again(lambda: self._open_case(order))

    async def _settle(self, order: Order) -> Settlement:
        try:
            return await self._at_once(order)
        except (NotForeseen, MissingRows, ConstraintViolated, StatementRejected, ValueError) as error:
            log.debug("%s is settled step by step: %s", order.request.name, type(error).__name__)
        try:
            return await self._carry_out(order)
        except _Stale as stale:  # all of it was rolled back; that it was stale is written down by itself
            return await self._refuse(order, Settlement("stale", diff=stale.diff))

    async def _refuse(self, order: Order, settled: Settlement) -> Settlement:
        ref, pack = order.turn.ref, order.request.pack
        # Serializable: another executor that commits the same approval meanwhile is noticed, and then it is committed.
        async with fenced(
            self._database, ref, "serializable", pack.business_schema, scope=order.request.scope
        ) as connection:
            if (before := await records.before(connection, order.approval)) is not None:
                return before
            kept = await for_the_ledger(connection, pack, order.request.operation, Kept(order.approval, (), settled))
            await records.refuse(connection, kept.approval, kept.settled)
            return settled

    async def _at_once(self, order: Order) -> Settlement:
        """The common end of an order: nothing stands before it, the rules let it pass, and its effect is what was
        approved. All that is looked at is one statement. Anything else raises
        NotForeseen, is rolled back, and found out about step by step; so does what the errors say that come out."""
        ref, approval, pack = order.turn.ref, order.approval, order.request.pack
        scope, queues = order.request.scope, _queues(order)
        rest = Rest(records.BEFORE, records.before_values(approval))
        async with fenced(self._database, ref, "serializable", pack.business_schema, queues, scope) as connection:
            plan, row = await planned_at_once(connection, order.request, rest)
            if records.stands_before(row, approval) is not None or not isinstance(plan.found.decision, Proceed):
                raise NotForeseen(order.request.name)
            written = await plan.carry_out()
            approved = tuple(written.diff)
            if not _is_approved(order, approved):
                raise NotForeseen(order.request.name)
            settled = _committed(order, plan.found, written)
            kept = await for_the_ledger(connection, pack, order.request.operation, Kept(approval, approved, settled))
            asked_at = order.turn.received_at
            await records.append(connection, asked_at, kept.approval, kept.approved, kept.settled, pack.version)
            return settled

    async def _carry_out(self, order: Order) -> Settlement:
        ref, approval, pack = order.turn.ref, order.approval, order.request.pack
        scope, queues = order.request.scope, _queues(order)
        async with fenced(self._database, ref, "serializable", pack.business_schema, queues, scope) as connection:
            if (before := await records.before(connection, approval)) is not None:
                return before
            plan = await planned(connection, order.request)
            settled, approved = await _try(order, plan)
            kept = await for_the_ledger(connection, pack, order.request.operation, Kept(approval, approved, settled))
            if settled.status == "committed":
                asked_at = order.turn.received_at
                closed = (kept.approval, kept.approved, kept.settled)
                await records.append(connection, asked_at, *closed, pack.version, plan.undoes)
            else:
                await records.refuse(connection, kept.approval, kept.settled)
            return settled

    async def _open_case(self, order: CaseOrder) -> Settlement:
        ref, approval = order.turn.ref, order.approval
        # Numbers are drawn from a counter row that the others wait for; nothing else is read.
        async with fenced(self._database, ref, "read_committed") as connection:
            if (before := await records.before(connection, approval)) is not None:
                return before
            approved = case_diff(approval.arguments)
            if order.at >= approval.expires_at or diff_hash(approved) != approval.diff_hash:
                settled = Settlement("stale", diff=approved)
                await records.refuse(connection, approval, settled)
                return settled
            number = await records.next_case(connection, ref.tenant)
            settled = _filed(order, number, approved)
            await records.file_case(connection, number, approval, order.language)
            await records.append(connection, order.turn.received_at, approval, approved, settled, order.pack.version)
            return settled


def _queues(order: Order) -> tuple[str, ...]:
    """What other commits may want as well, so that they wait instead of starting over."""
    request = order.request
    numbered = (f"next number of {table}" for table in numbered_tables(request.operation))
    return (*numbered, *queue_of(request.asked, request.operation))


async def _try(order: Order, plan: Planned) -> tuple[Settlement, tuple[RowChange, ...]]:
    """The rules as they are now, then the effect; the second value is its diff with marks, as approvals have it. Raises
    _Stale when it is not what was approved."""
    request, found = order.request, plan.found
    if isinstance(found.decision, Refused):
        wording = Wording(request.pack, request.language, found.situation)
        return Settlement("refused", found.decision.reason, wording.plain(found.decision.words)), ()
    if not isinstance(found.decision, Proceed):
        return Settlement("stale"), ()
    try:
        written = await plan.carry_out()
    except MissingRows:
        raise _Stale(()) from None
    approved = tuple(written.diff)
    if not _is_approved(order, approved):
        raise _Stale(approved)
    return _committed(order, found, written), approved


def _is_approved(order: Order, diff: tuple[RowChange, ...]) -> bool:
    """Whether the changes are those that were approved, and the approval is still good."""
    return order.at < order.approval.expires_at and diff_hash(diff) == order.approval.diff_hash


def _committed(order: Order, found: Survey, written: Written) -> Settlement:
    request, rows = order.request, tuple(written.rows)
    wording = Wording(request.pack, request.language, found.situation)
    return Settlement(
        status="committed",
        text=wording.done(request.operation, rows),
        diff=rows,
        ledger_entry=order.approval.idempotency_key,
        result=written.result,
    )


def _filed(order: CaseOrder, number: int, approved: tuple[RowChange, ...]) -> Settlement:
    name, kind = case_number(number), str(approved[0].new["kind"])
    return Settlement(
        status="committed",
        text=reply_text(order.pack, case_words(order.pack, kind), order.language, case=name),
        diff=(approved[0].model_copy(update={"key": {"number": number}}),),
        ledger_entry=order.approval.idempotency_key,
        case=name,
        result={"number": number},
    )


async def again(attempt: Callable[[], Awaitable[S]]) -> S | Settlement:
    """Run a transaction until it is in nobody's way, a bounded number of times; then the conflict is raised."""
    for number in range(1, ATTEMPTS):
        try:
            return await attempt()
        except (TransactionConflict, ConstraintViolated):
            await asyncio.sleep(0.002 * number)
    try:
        return await attempt()
    except ConstraintViolated:  # not a race for a number, but a row that has come up since the dry run
        return Settlement("stale")


class _Stale(Exception):
    """The effect is not the one that was approved, and is undone."""

    def __init__(self, diff: tuple[RowChange, ...]) -> None:
        self.diff = diff
