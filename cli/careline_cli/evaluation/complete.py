"""Whether the turn log has all of a turn: it is a projection of several topics, and they arrive in no common order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from careline.contracts.understanding import Route

Event = Mapping[str, Any]


def is_complete(events: Sequence[Event]) -> bool:
    """Whether the verdict is there and, for each of its rounds, what led to it. `events`: type, round, body.

    Without this a turn's route and costs would be those of the stages that happened to be logged already.
    """
    verified = [event for event in events if event["type"] == "turn.verified"]
    if not verified:
        return False
    by_round: dict[int, dict[str, Event]] = {}
    for event in events:
        by_round.setdefault(event["round"], {})[event["type"]] = event
    last = max(event["round"] for event in verified)
    if not all(_is_whole(by_round.get(number, {}), first=number == 0) for number in range(last + 1)):
        return False
    # A reply that names a ledger entry follows a commitment, and that an approval.
    written = bool(verified[-1]["body"]["reply"].get("ledger_entry"))
    return not written or {"operation.approved", "operation.settled"} <= by_round[last].keys()


def _is_whole(found: Mapping[str, Event], *, first: bool) -> bool:
    wanted = {"turn.received" if first else "turn.rejected", "turn.grounded", "turn.drafted"}
    if not wanted <= found.keys():
        return False
    body = found["turn.grounded"]["body"]
    retrieved = body["understanding"]["route"] == Route.GUIDE or bool((body.get("evidence") or {}).get("operations"))
    return not retrieved or "turn.classified" in found
