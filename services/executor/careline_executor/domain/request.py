"""An operation as a customer asked for it, made ready to be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from careline.contracts.base import TurnRef
from careline.contracts.turn import Argument, Identity
from careline.contracts.understanding import Understanding
from careline.operations.guards import Asked
from careline.operations.reach import Scope, scope_of
from careline.operations.situation import proven_customer, typed
from careline.tenants.model import Operation, Pack


@dataclass(frozen=True, slots=True)
class Request:
    """`args` are the typed values of `arguments`. `now` is when the customer wrote: rules count from then."""

    ref: TurnRef
    pack: Pack
    name: str
    operation: Operation
    identity: Identity
    arguments: tuple[Argument, ...]
    args: Mapping[str, Any]
    language: str
    now: datetime

    @property
    def scope(self) -> Scope:
        """Whose rows it is about."""
        return scope_of(self.pack, self.operation, proven_customer(self.identity))

    @property
    def asked(self) -> Asked:
        """What the ledger is asked about."""
        return Asked(self.name, self.ref, self.identity)


def make_request(
    ref: TurnRef,
    pack: Pack,
    name: str,
    identity: Identity,
    arguments: tuple[Argument, ...],
    language: str,
    now: datetime,
) -> Request:
    """The request for a declared operation. Arguments it does not declare, repeats and values of the wrong kind are
    left out, and so asked for again. Raises KeyError for an operation that the pack does not have."""
    operation = pack.operations[name]
    usable: dict[str, Argument] = {}
    args: dict[str, Any] = dict.fromkeys(operation.arguments)
    for argument in arguments:
        spec = operation.arguments.get(argument.name)
        if spec is None or argument.name in usable:
            continue
        try:
            args[argument.name] = typed(spec, argument.value)
        except (ValueError, TypeError, ArithmeticError):
            continue
        usable[argument.name] = argument
    return Request(ref, pack, name, operation, identity, tuple(usable.values()), args, language, now)


def language_of(understanding: Understanding, pack: Pack) -> str:
    """The language to answer in: the message's if the pack has it."""
    return understanding.language if understanding.language in pack.tenant.languages else pack.default_language
