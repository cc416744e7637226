"""What a handler says about a message: one union, so half-set states cannot exist."""

from __future__ import annotations

from dataclasses import dataclass

from careline.contracts.base import Event
from careline.contracts.topics import Topic
from careline.telemetry import Carrier


@dataclass(frozen=True, slots=True)
class Output:
    """An event for a topic. The key is the field of the event's reference that the topic names.

    `trace` is a captured context, for an output that is published later than it was decided (an outbox); `written` is
    the event's wire form, where that was needed before.
    """

    topic: Topic
    event: Event
    trace: Carrier | None = None
    written: bytes | None = None

    @property
    def key(self) -> str:
        """What the record is partitioned and ordered by."""
        key: str = getattr(self.event.ref, self.topic.key)
        return key


@dataclass(frozen=True, slots=True)
class Done:
    """Handled. The offset is committed after the broker has acknowledged every output."""

    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after `delay` seconds; the key waits, other keys go on. `error` names why.

    After as many attempts as the policy's `outage` allows it is a dead letter.
    """

    delay: float
    error: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Give up. `reason` is for the operator who replays it; `error` is its short name, a metric's label."""

    reason: str
    error: str = "Rejected"


Outcome = Done | Retry | DeadLetter
