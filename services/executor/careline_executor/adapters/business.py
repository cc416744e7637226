"""The business's tables in Postgres: facts, and dry runs that leave no trace."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from careline.contracts.base import TurnRef
from careline.contracts.understanding import CustomerFacts
from careline.operations.ahead import NotForeseen, is_foreseeable
from careline.operations.errors import MissingRows, NoPreview
from careline.operations.facts import read_facts
from careline.operations.remote import Systems, foresee
from careline.operations.rules import Proceed
from careline.operations.survey import Survey, survey
from careline.storage import ConstraintViolated, Database, Scope, StatementRejected
from careline.tenants.model import Call, Pack

from ..domain.proposal import Impossible, Rehearsal
from ..domain.request import Request
from .at_once import planned_at_once
from .planned import planned

log = logging.getLogger("careline.executor")


class PostgresBusiness:
    """Implements `ports.Business`. `systems`: the other systems that operations may call."""

    def __init__(self, database: Database, systems: Systems) -> None:
        self._database = database
        self._systems = systems
        self._trying: set[asyncio.Task[None]] = set()

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        async with self._database.tenant(
            tenant, scope=Scope(customer), readonly=True, schema=pack.business_schema
        ) as connection:
            return await read_facts(connection, pack, customer)

    async def rehearse(self, request: Request) -> Rehearsal | Impossible:
        if request.operation.remote is not None:
            return await self._foresee(request, request.operation.remote)
        try:
            return await self._at_once(request)
        except (NotForeseen, MissingRows, ConstraintViolated, StatementRejected) as error:
            log.debug("%s is tried step by step: %s", request.name, type(error).__name__)
        try:
            await self._rehearse(request)
        except _RolledBack as seen:
            if seen.effect is None:
                return seen.rehearsal
            return await self._foreseen(request.pack, seen.effect, seen.rehearsal.survey)
        except MissingRows as error:
            return Impossible(str(error))
        except ConstraintViolated as error:
            return Impossible(f"constraint {error.constraint}")
        raise AssertionError("a dry run always rolls back")

    async def sent(self, ref: TurnRef, pack: Pack) -> bool:
        async with self._database.tenant(ref.tenant, readonly=True, schema=pack.business_schema) as connection:
            return bool(await connection.fetchval(_SENT, ref.tenant, ref.conversation, ref.turn))

    async def _foresee(self, request: Request, effect: Call) -> Rehearsal | Impossible:
        """In another system nothing can be rolled back: it is asked what would change."""
        pack = request.pack
        async with self._database.tenant(
            request.ref.tenant, scope=request.scope, readonly=True, schema=pack.business_schema
        ) as connection:
            found = await survey(connection, pack, request.operation, request.asked, request.args, request.now)
        return await self._foreseen(pack, effect, found)

    async def _foreseen(self, pack: Pack, effect: Call, found: Survey) -> Rehearsal | Impossible:
        if not isinstance(found.decision, Proceed):
            return Rehearsal(found)
        try:
            foreseen = await foresee(self._systems, pack, effect, found.situation)
        except NoPreview as error:
            return Impossible(str(error))
        if foreseen.refused is not None:
            return Rehearsal(replace(found, decision=foreseen.refused))
        return Rehearsal(found, foreseen.diff)

    async def _at_once(self, request: Request) -> Rehearsal:
        """The dry run of which all can be told before, in one statement. Nobody waits for its end: it is rolled back
        whatever comes. Raises NotForeseen, MissingRows, StorageError, OperationError, ExpressionError."""
        if not is_foreseeable(request.operation):
            raise NotForeseen(request.name)
        seen: asyncio.Future[Rehearsal] = asyncio.get_running_loop().create_future()
        trying = asyncio.create_task(self._try(request, seen))
        self._trying.add(trying)
        trying.add_done_callback(self._trying.discard)
        try:
            await asyncio.wait({seen, trying}, return_when=asyncio.FIRST_COMPLETED)  # type: ignore[type-var]
        except asyncio.CancelledError:
            trying.cancel()
            raise
        if not seen.done():
            await trying
            raise AssertionError("a dry run always rolls back")
        trying.add_done_callback(_told)
        return seen.result()

    async def _try(self, request: Request, seen: asyncio.Future[Rehearsal]) -> None:
        schema = request.pack.business_schema
        async with self._database.tenant(request.ref.tenant, scope=request.scope, schema=schema) as connection:
            plan, _ = await planned_at_once(connection, request)
            found = plan.found
            rehearsal = Rehearsal(found)
            if isinstance(found.decision, Proceed):
                rehearsal = Rehearsal(found, tuple((await plan.carry_out()).diff))
            if not seen.done():
                seen.set_result(rehearsal)
            raise _RolledBack(rehearsal)

    async def _rehearse(self, request: Request) -> None:
        pack, tenant = request.pack, request.ref.tenant
        async with self._database.tenant(tenant, scope=request.scope, schema=pack.business_schema) as connection:
            plan = await planned(connection, request)
            if not isinstance(plan.found.decision, Proceed):
                raise _RolledBack(Rehearsal(plan.found))
            if plan.remote is not None:  # an undo by a call; asked about when this transaction is over
                raise _RolledBack(Rehearsal(plan.found), plan.remote)
            written = await plan.carry_out()
            raise _RolledBack(Rehearsal(plan.found, tuple(written.diff)))


_SENT = "SELECT EXISTS (SELECT FROM ledger.attempts WHERE tenant = $1 AND conversation = $2 AND turn = $3)"


def _told(trying: asyncio.Task[None]) -> None:
    """What was seen is told already; how the transaction ended changes nothing of it."""
    error = None if trying.cancelled() else trying.exception()
    if error is not None and not isinstance(error, _RolledBack):
        log.warning("a dry run did not end well: %s", type(error).__name__)


class _RolledBack(Exception):
    """Ends every dry run: whatever happened, the transaction is rolled back."""

    def __init__(self, rehearsal: Rehearsal, effect: Call | None = None) -> None:
        self.rehearsal, self.effect = rehearsal, effect
