"""How a change travels to `gateway.apply` and back: its arguments in order, its results as values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
import orjson

from careline.storage.fence import fence_key

from ..domain.change import Change, Shown
from ..domain.state import Conversation
from ..ports import Applied, Conflict, Duplicate, Settled, Stored, StoreResult

APPLY = """
SELECT * FROM gateway.apply(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)"""


def apply_arguments(change: Change, trace: dict[str, str], now: datetime) -> tuple[Any, ...]:
    """The arguments of APPLY."""
    state = change.state
    outgoing = change.outgoing
    return (
        state.tenant,
        state.id,
        fence_key(state.tenant, state.id),
        change.version,
        change.client_id,
        change.guard,
        state.epoch,
        state.flight.turn if state.flight else None,
        state.owner.value,
        state.agent,
        state.position,
        change.wake_at,
        now,
        state.__pydantic_serializer__.to_json(state).decode(),
        _records([_shown_record(shown) for shown in change.shown]),
        _records([{"turn": row.turn, "status": row.status} for row in change.turns]),
        [out.event.event_id for out in outgoing],
        [out.topic.name for out in outgoing],
        [out.event.to_bytes() for out in outgoing],
        orjson.dumps(trace).decode(),
        not change.urgent,
    )


def apply_result(row: asyncpg.Record) -> StoreResult:
    """What APPLY said."""
    match row["result"]:
        case "applied":
            return Applied(row["version"])
        case "duplicate":
            return Duplicate(row["position"], row["turn"])
        case "settled":
            return Settled()
        case _:
            return Conflict(stored(row) if row["version"] else None)


def stored(row: asyncpg.Record) -> Stored:
    """A row with `state` and `version`."""
    return Stored(Conversation.model_validate_json(row["state"]), row["version"])


def shown(row: asyncpg.Record) -> Shown:
    """A row of gateway.entries."""
    return Shown(row["position"], row["kind"], row["body"], row["author"], row["turn"], row["client_id"])


def _shown_record(entry: Shown) -> dict[str, Any]:
    return {
        "position": entry.position,
        "kind": entry.kind,
        "author": entry.author,
        "turn": entry.turn,
        "client_id": entry.client_id,
        "data": entry.data,
    }


def _records(records: list[dict[str, Any]]) -> str:
    return orjson.dumps(records).decode()
