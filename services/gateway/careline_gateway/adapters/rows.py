"""How a change travels to `gateway.apply` and back: its arguments in order, its results as values."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from careline.storage.fence import fence_key

from ..domain.authentic import Authenticity, of_nobody
from ..domain.change import Change, Shown
from ..domain.state import Conversation
from ..ports import Applied, Conflict, Duplicate, Settled, Stored, StoreResult

log = logging.getLogger(__name__)

_MAC = "mac"
APPLY = """
SELECT * FROM gateway.apply(
    $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $1)"""


def apply_arguments(
    change: Change, trace: dict[str, str], now: datetime, authenticity: Authenticity
) -> tuple[Any, ...]:
    """The arguments of APPLY, behind the claim."""
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
        _written(state, authenticity),
        _records([_shown_record(shown) for shown in change.shown]),
        _records([{"turn": row.turn, "status": row.status} for row in change.turns]),
        [out.event.event_id for out in outgoing],
        [out.topic.name for out in outgoing],
        [out.written for out in outgoing],
        orjson.dumps(trace).decode(),
        not change.urgent,
    )


def apply_result(row: asyncpg.Record, authenticity: Authenticity) -> StoreResult:
    """What APPLY said."""
    match row["result"]:
        case "applied":
            return Applied(row["version"])
        case "duplicate":
            return Duplicate(row["position"], row["turn"])
        case "settled":
            return Settled()
        case _:
            return Conflict(stored(row, authenticity) if row["version"] else None)


def stored(row: Any, authenticity: Authenticity) -> Stored:
    """A row with `state` and `version`; what the gateway has not written of it is not believed."""
    body: dict[str, Any] = orjson.loads(row["state"])
    mac = body.pop(_MAC, "")
    state = Conversation.model_validate_json(orjson.dumps(body))
    if not authenticity.fits(body, str(mac)):
        log.error(
            "conversation %s of %s was written without this gateway's key: nothing in it counts", state.id, state.tenant
        )
        state = of_nobody(state)
    return Stored(state, row["version"])


def _written(state: Conversation, authenticity: Authenticity) -> str:
    text = state.__pydantic_serializer__.to_json(state)
    return f'{text[:-1].decode()},"{_MAC}":"{authenticity.mac(orjson.loads(text))}"}}'


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
