"""Whether an approval may be acted on, as far as it can be told without the database.

ForgedOrder     not what the verifier signed for this turn; nothing that a retry could mend
"""

from __future__ import annotations

from careline.contracts.base import TurnRef
from careline.contracts.reply import Approval
from careline.contracts.seals import Checker, SealError
from careline.contracts.turn import Turn
from careline.operations.orders import operation_key, same_turn


class ForgedOrder(Exception):
    """The event cannot have come from the verifier, or not for this turn."""


def check_order(event: TurnRef, turn: Turn, approval: Approval, gateway: Checker, verifier: Checker) -> None:
    """Raises ForgedOrder unless gateway and verifier signed, and all parts speak of the same turn and customer."""
    try:
        gateway.check_turn(turn)
        verifier.check_approval(approval)
    except SealError as error:
        raise ForgedOrder(str(error)) from error
    if not same_turn(event, turn.ref) or not same_turn(approval.ref, turn.ref):
        raise ForgedOrder("event, turn and approval are of different turns")
    if approval.identity != turn.identity:
        raise ForgedOrder("the approval is for somebody else than who wrote")
    if approval.idempotency_key != operation_key(turn.ref, approval.operation):
        raise ForgedOrder("the idempotency key is not that of the operation")
