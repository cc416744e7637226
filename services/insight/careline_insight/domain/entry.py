"""One line of the turn log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from careline.contracts.base import Event

_LEFT_OUT: Any = {"understanding": {"embedding": True, "further": {"__all__": {"embedding"}}}}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it was on its topic. `at` is when it was produced; `body` its JSON, embeddings left out."""

    event_id: str
    tenant: str
    conversation: str
    turn: str
    epoch: int
    round: int
    topic: str
    type: str
    at: datetime
    trace: str
    body: str


def entry_of(event: Event, topic: str, timestamp_ms: int, trace: str) -> Entry:
    """The log's line for an event. Embeddings stay out: they are large, and can be computed again."""
    ref = event.ref
    return Entry(
        event_id=event.event_id,
        tenant=ref.tenant,
        conversation=ref.conversation,
        turn=ref.turn,
        epoch=ref.epoch,
        round=ref.round,
        topic=topic,
        type=event.TYPE,
        at=datetime.fromtimestamp(timestamp_ms / 1000, UTC),
        trace=trace,
        body=event.model_dump_json(exclude=_LEFT_OUT),
    )
