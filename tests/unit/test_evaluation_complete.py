"""When a turn's record may be read: all stages of all rounds are in the log, in whatever order they came."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from careline_cli.evaluation.complete import is_complete

pytestmark = pytest.mark.unit


def event(number: int, kind: str, **body: Any) -> dict[str, Any]:
    return {"type": kind, "round": number, "body": body}


def grounded(number: int, route: str, operations: tuple[str, ...] = ()) -> dict[str, Any]:
    return event(number, "turn.grounded", understanding={"route": route}, evidence={"operations": operations})


PLAIN = [
    event(0, "turn.received"),
    grounded(0, "operation"),
    event(0, "turn.drafted"),
    event(0, "turn.verified", reply={"outcome": "refused"}),
]
WRITTEN = [
    *PLAIN[:3],
    event(0, "operation.approved"),
    event(0, "operation.settled"),
    event(0, "turn.verified", reply={"outcome": "success", "ledger_entry": "e"}),
]
TWICE = [
    event(0, "turn.received"), event(0, "turn.classified"), grounded(0, "guide"), event(0, "turn.drafted"),
    event(1, "turn.rejected"), event(1, "turn.classified"), grounded(1, "operation", ("cancel",)),
    event(1, "turn.drafted"), event(1, "turn.verified", reply={"outcome": "answer"}),
]  # fmt: skip


@pytest.mark.parametrize("events", [PLAIN, WRITTEN, TWICE])
def test_nothing_may_be_missing(events: list[dict[str, Any]]) -> None:
    assert is_complete(events)
    for left_out in range(len(events)):
        assert not is_complete(events[:left_out] + events[left_out + 1 :]), events[left_out]


def test_the_order_does_not_matter() -> None:
    assert all(is_complete(order) for order in permutations(PLAIN))
    assert not is_complete([])
