"""Does every argument follow from the place it is said to come from?"""

from __future__ import annotations

from collections.abc import Iterable

from careline.contracts.turn import Argument
from careline.operations.errors import EvidenceError
from careline.operations.evidence import Sources, derive, same_value
from careline.tenants.model import Operation

from ..verdict import Fault


def check_arguments(operation: Operation, arguments: Iterable[Argument], sources: Sources) -> Fault | None:
    """The first argument whose value cannot be derived again from its evidence."""
    for argument in arguments:
        spec = operation.arguments.get(argument.name)
        if spec is None:
            return Fault(f"evidence: {argument.name}: undeclared", "classifier")
        try:
            value = derive(argument.name, spec, argument.evidence, sources)
        except EvidenceError as error:
            return Fault(f"evidence: {error}", "classifier")
        if not same_value(argument, value):
            return Fault(f"evidence: {argument.name}: another value", "classifier")
    return None
