"""The keyed scheduler, under any interleaving: order per key, one at a time, never more than the limit."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.messaging.lanes import Lanes

pytestmark = pytest.mark.unit


@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3))), st.randoms())
def test_any_interleaving_keeps_order_and_loses_nothing(
    limit: int, sent: list[tuple[str, int]], chance: object
) -> None:
    """Each message carries how often it rests before it finishes."""
    lanes: Lanes[str, list[object]] = Lanes(limit)
    rests = [rest for _, rest in sent]
    running: list[tuple[str, int]] = []
    resting: list[tuple[str, int]] = []
    finished: dict[str, list[int]] = defaultdict(list)
    waiting = list(enumerate(sent))
    while waiting or running or resting or sum(map(len, finished.values())) < len(sent):
        actions = [("add", n) for n in range(min(1, len(waiting)))]
        actions += [("end", n) for n in range(len(running))] + [("wake", n) for n in range(len(resting))]
        action, n = chance.choice(actions)  # type: ignore[attr-defined]
        if action == "add":
            number, (key, _) = waiting.pop(0)
            lanes.add(key, [key, number])
        elif action == "wake":
            lanes.wake(resting.pop(n)[0])
        else:
            key, number = running.pop(n)
            if rests[number]:
                rests[number] -= 1
                lanes.rest(key)
                resting.append((key, number))
            else:
                lanes.finish(key)
                finished[key].append(number)
        while (taken := lanes.take()) is not None:
            running.append((str(taken[0]), int(str(taken[1]))))
        assert lanes.running == len(running) <= limit
        busy = [key for key, _ in running + resting]
        assert len(busy) == len(set(busy))
    for key in {name for name, _ in sent}:
        assert finished[key] == [n for n, (name, _) in enumerate(sent) if name == key]


def test_a_slot_is_never_idle_while_a_lane_is_ready() -> None:
    lanes: Lanes[str, int] = Lanes(2)
    for number, key in enumerate("aab"):
        lanes.add(key, number)
    assert [lanes.take(), lanes.take(), lanes.take()] == [0, 2, None]
    lanes.rest("a")
    assert lanes.take() is None  # a rests, b runs, nothing else is there
    lanes.add("c", 3)
    assert lanes.take() == 3
    lanes.wake("a")
    assert lanes.take() is None
    lanes.finish("b")
    assert lanes.take() == 0


def test_a_closed_scheduler_starts_nothing() -> None:
    lanes: Lanes[str, int] = Lanes(2)
    lanes.add("a", 0)
    lanes.add("a", 1)
    assert lanes.take() == 0
    lanes.close()
    lanes.finish("a")
    assert lanes.take() is None
