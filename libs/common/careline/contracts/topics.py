"""The one table of topics. The key of every message is the conversation id."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Event
from .events import (
    ConversationChanged,
    OperationApproved,
    OperationSettled,
    TurnClassified,
    TurnDrafted,
    TurnGrounded,
    TurnReceived,
    TurnRejected,
    TurnVerified,
)

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is created and documented. `max_message_bytes` bounds one record."""

    name: str
    event: type[Event] | None
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    partitions: int = 6
    retention_ms: int = 7 * DAY_MS
    max_message_bytes: int = 1_000_000
    key: str = "conversation"


def _topic(name: str, event: type[Event], producers: str, consumers: str) -> Topic:
    return Topic(name, event, tuple(producers.split()), tuple(consumers.split()))


TURNS_RECEIVED = _topic("turns.received", TurnReceived, "gateway", "classifier insight")
TURNS_CLASSIFIED = _topic("turns.classified", TurnClassified, "classifier", "retrieval insight")
TURNS_GROUNDED = _topic("turns.grounded", TurnGrounded, "classifier retrieval", "executor insight")
TURNS_DRAFTED = _topic("turns.drafted", TurnDrafted, "executor", "verifier insight")
TURNS_REJECTED = _topic("turns.rejected", TurnRejected, "verifier", "classifier insight")
TURNS_VERIFIED = _topic("turns.verified", TurnVerified, "verifier", "gateway insight")
OPERATIONS_APPROVED = _topic("operations.approved", OperationApproved, "verifier", "executor insight")
OPERATIONS_SETTLED = _topic("operations.settled", OperationSettled, "executor", "verifier insight")
CONVERSATIONS_CHANGED = _topic("conversations.changed", ConversationChanged, "gateway", "insight")

# Larger than every source, so that a record that fills its topic still fits with its reason and headers.
DEAD_LETTERS = Topic(
    "dead.letters",
    None,
    producers=("gateway", "classifier", "retrieval", "executor", "verifier", "insight"),
    consumers=(),
    partitions=1,
    retention_ms=14 * DAY_MS,
    max_message_bytes=2_000_000,
)

TOPICS: tuple[Topic, ...] = (
    TURNS_RECEIVED,
    TURNS_CLASSIFIED,
    TURNS_GROUNDED,
    TURNS_DRAFTED,
    TURNS_REJECTED,
    TURNS_VERIFIED,
    OPERATIONS_APPROVED,
    OPERATIONS_SETTLED,
    CONVERSATIONS_CHANGED,
    DEAD_LETTERS,
)
