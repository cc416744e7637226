"""Is a settlement what became of an approval of ours, and does the ledger bear it out?

ForgedSettlement     it is not; nothing that a retry could mend
"""

from __future__ import annotations

from careline.contracts.events import OperationSettled
from careline.contracts.seals import Checker, SealError
from careline.operations.orders import operation_key, same_turn

from ..inquiry import Record


class ForgedSettlement(Exception):
    """The event claims what is not so."""


def check_settlement(event: OperationSettled, gateway: Checker, verifier: Checker) -> None:
    """Raises ForgedSettlement unless turn and approval are signed and belong together."""
    turn, approval = event.turn, event.approval
    try:
        gateway.check_turn(turn)
        verifier.check_approval(approval)
    except SealError as error:
        raise ForgedSettlement(str(error)) from error
    if not same_turn(event.ref, turn.ref) or not same_turn(approval.ref, turn.ref):
        raise ForgedSettlement("event, turn and approval are of different turns")
    if approval.idempotency_key != operation_key(turn.ref, approval.operation):
        raise ForgedSettlement("the idempotency key is not that of the operation")


def check_claim(event: OperationSettled, record: Record | None) -> None:
    """Raises ForgedSettlement when the event says done, refused or unsettled, and the ledger does not."""
    if event.status not in ("committed", "refused", "unsettled"):
        return
    if record is None or record.status != event.status or record.key != event.approval.idempotency_key:
        raise ForgedSettlement(f"the ledger does not have what is said to be {event.status}")
