"""Everything a role with read access can find out about a requested operation, in the order of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from careline.tenants.model import Operation, Pack

from .facts import read_facts
from .guards import Asked, decide_guards, is_guarded, read_past
from .reads import Connection, gather
from .rules import Decision, Proceed, decide_caller, decide_checks
from .situation import Situation, proof_of, proven_customer, situation


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found, and what the rules make of it."""

    situation: Situation
    decision: Decision


async def survey(
    connection: Connection,
    pack: Pack,
    operation: Operation,
    asked: Asked,
    args: Mapping[str, Any],
    now: datetime,
) -> Survey:
    """Facts, rows and the rules' decision, read anew inside the transaction of `connection` (see `read_facts`).

    `args` are typed (see `typed_arguments`). Raises OperationError and ExpressionError for a defect of the pack.
    """
    customer = proven_customer(asked.identity)
    facts = await read_facts(connection, pack, customer)
    known = replace(situation(pack, now, customer, facts), args=args, proof=proof_of(asked.identity))
    decision = decide_caller(pack, operation, known)
    if not isinstance(decision, Proceed):
        return Survey(known, decision)
    complete = await gather(connection, pack, operation, known)
    decision = decide_checks(operation, complete)
    if not isinstance(decision, Proceed) or not is_guarded(operation):
        return Survey(complete, decision)
    past = await read_past(connection, pack, operation, asked, complete)
    decision, complete = decide_guards(pack, operation, complete, past)
    return Survey(complete, decision)
