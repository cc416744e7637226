"""An operation made ready inside a transaction: what the rules say, and how its changes are carried out.

The dry run and the commit go the same way; one is rolled back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from careline.operations.survey import Survey, survey
from careline.operations.undoing import Undoing, survey_undo
from careline.storage import Connection
from careline.tenants.model import UNDO, Call

from ..domain.request import Request
from .effects import Written, carry_out
from .restore import write_back


@dataclass(frozen=True, slots=True)
class Planned:
    """`carry_out` is only called when the decision lets it pass, and never where `remote` says that another system is
    to be called, in the situation found. `undoes` is the ledger entry that is taken back."""

    found: Survey
    carry_out: Callable[[], Awaitable[Written]]
    undoes: str | None = None
    remote: Call | None = None


async def planned(connection: Connection, request: Request) -> Planned:
    """Reads everything anew. Raises OperationError, ExpressionError for a defect of the pack."""
    pack, operation, tenant = request.pack, request.operation, request.ref.tenant
    if operation.builtin == UNDO:
        undoing = await survey_undo(connection, pack, operation, request.asked, request.args, request.now)
        undoes = undoing.entry.id if undoing.entry else None
        return Planned(undoing.found, lambda: _undo(connection, request, undoing), undoes, undoing.remote)
    found = await survey(connection, pack, operation, request.asked, request.args, request.now)
    by_us = lambda: carry_out(connection, pack, operation, found.situation, tenant)  # noqa: E731
    return Planned(found, by_us, remote=operation.remote)


async def _undo(connection: Connection, request: Request, undoing: Undoing) -> Written:
    if undoing.other is not None:
        operation, situation = undoing.other
        return await carry_out(connection, request.pack, operation, situation, request.ref.tenant)
    customer = undoing.entry.customer if undoing.entry else None
    return await write_back(connection, request.pack, undoing.diff, request.ref.tenant, customer)
