"""What the rules and the words of an operation look at: arguments, facts, rows read, the customer, the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from careline.contracts.turn import Argument, Identity
from careline.contracts.understanding import CustomerFacts
from careline.tenants.model import ArgumentSpec, Operation, Pack

from .errors import UnknownName

Proof = Literal["none", "channel", "code"]
Row = Mapping[str, Any]  # column -> str, int, Decimal, bool, date, datetime or None


@dataclass(frozen=True, slots=True)
class Situation:
    """One moment of one customer. `args` are typed (int, Decimal, date, str); an absent optional one is None. `past` is
    what a guard's refusal tells (see `guards`); `proof` is how sure it is who asks."""

    now: datetime
    today: date
    customer: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    facts: CustomerFacts = field(default_factory=CustomerFacts)
    reads: Mapping[str, Row | tuple[Row, ...] | None] = field(default_factory=dict)
    past: Mapping[str, datetime] = field(default_factory=dict)
    proof: Proof = "none"

    def scope(self, **more: Any) -> dict[str, Any]:
        """The names that expressions and words see."""
        return {
            "args": dict(self.args),
            "facts": {**self.facts.values, "known": self.facts.known},
            "reads": dict(self.reads),
            "now": self.now,
            "today": self.today,
            "customer": self.customer,
            **({"past": dict(self.past)} if self.past else {}),
            **more,
        }

    def with_read(self, name: str, rows: Row | tuple[Row, ...] | None) -> Situation:
        """The same with the rows of one more read."""
        return replace(self, reads={**self.reads, name: rows})


def situation(pack: Pack, now: datetime, customer: str | None, facts: CustomerFacts | None = None) -> Situation:
    """Before any operation is looked at. `now` must have a time zone; `today` is the business's date."""
    today = now.astimezone(ZoneInfo(pack.tenant.time_zone)).date()
    return Situation(now=now, today=today, customer=customer, facts=facts or CustomerFacts())


def proven_customer(identity: Identity) -> str | None:
    """The customer, if the channel vouches for it."""
    return None if identity.assurance == "anonymous" else identity.customer


def proof_of(identity: Identity) -> Proof:
    """How sure it is who asks. A person of the business is let in by the business itself."""
    if identity.assurance == "verified" or identity.agent is not None:
        return "code"
    return "channel" if identity.assurance == "signed" else "none"


def typed_arguments(operation: Operation, arguments: tuple[Argument, ...]) -> dict[str, Any]:
    """The values of declared arguments as expressions see them; None for those not given.

    Raises UnknownName for an argument that the operation does not declare or that is given twice.
    """
    values: dict[str, Any] = dict.fromkeys(operation.arguments)
    seen: set[str] = set()
    for argument in arguments:
        if argument.name not in operation.arguments or argument.name in seen:
            raise UnknownName(f"argument {argument.name!r} is not declared, or given twice")
        seen.add(argument.name)
        values[argument.name] = typed(operation.arguments[argument.name], argument.value)
    return values


def typed(spec: ArgumentSpec, value: Any) -> Any:
    """A wire value as the type of its argument. Raises ValueError, TypeError or ArithmeticError if it is none."""
    if value is None:
        return None
    match spec.type:
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError("not an integer")
            return value
        case "number" | "money":
            if isinstance(value, bool):
                raise TypeError("not a number")
            return Decimal(str(value))
        case "date":
            return date.fromisoformat(value)
        case _:
            if not isinstance(value, str):
                raise TypeError("not a text")
            return value
