"""The business's tables in Postgres: facts, and dry runs that leave no trace."""

from __future__ import annotations

from dataclasses import replace

from careline.contracts.base import TurnRef
from careline.contracts.understanding import CustomerFacts
from careline.operations.errors import MissingRows, NoPreview
from careline.operations.facts import read_facts
from careline.operations.remote import Systems, foresee
from careline.operations.rules import Proceed
from careline.operations.survey import Survey, survey
from careline.storage import ConstraintViolated, Database
from careline.tenants.model import Call, Pack

from ..domain.proposal import Impossible, Rehearsal
from ..domain.request import Request
from .planned import planned


class PostgresBusiness:
    """Implements `ports.Business`. `systems`: the other systems that operations may call."""

    def __init__(self, database: Database, systems: Systems) -> None:
        self._database = database
        self._systems = systems

    async def facts(self, tenant: str, pack: Pack, customer: str | None) -> CustomerFacts:
        async with self._database.tenant(tenant, readonly=True, schema=pack.business_schema) as connection:
            return await read_facts(connection, pack, customer)

    async def rehearse(self, request: Request) -> Rehearsal | Impossible:
        if request.operation.remote is not None:
            return await self._foresee(request, request.operation.remote)
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
        async with self._database.tenant(request.ref.tenant, readonly=True, schema=pack.business_schema) as connection:
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

    async def _rehearse(self, request: Request) -> None:
        pack, tenant = request.pack, request.ref.tenant
        async with self._database.tenant(tenant, schema=pack.business_schema) as connection:
            plan = await planned(connection, request)
            if not isinstance(plan.found.decision, Proceed):
                raise _RolledBack(Rehearsal(plan.found))
            if plan.remote is not None:  # an undo by a call; asked about when this transaction is over
                raise _RolledBack(Rehearsal(plan.found), plan.remote)
            written = await plan.carry_out()
            raise _RolledBack(Rehearsal(plan.found, tuple(written.diff)))


_SENT = "SELECT EXISTS (SELECT FROM ledger.attempts WHERE tenant = $1 AND conversation = $2 AND turn = $3)"


class _RolledBack(Exception):
    """Ends every dry run: whatever happened, the transaction is rolled back."""

    def __init__(self, rehearsal: Rehearsal, effect: Call | None = None) -> None:
        self.rehearsal, self.effect = rehearsal, effect
