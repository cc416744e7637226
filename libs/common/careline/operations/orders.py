"""What ties an approved operation to its turn."""

from __future__ import annotations

from careline.contracts.base import TurnRef, derive_id


def same_turn(one: TurnRef, other: TurnRef) -> bool:
    """Equal but for the round, which rises after the gateway has signed."""
    return one.model_copy(update={"round": 0}) == other.model_copy(update={"round": 0})


def operation_key(ref: TurnRef, operation: str) -> str:
    """The idempotency key: one turn commits an operation at most once, whatever happens in between."""
    return derive_id("operation", ref.tenant, ref.conversation, ref.turn, operation)
