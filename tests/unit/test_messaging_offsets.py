"""The commit floor, for any order in which records finish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.messaging.offsets import Offsets

pytestmark = pytest.mark.unit


@given(st.data())
def test_the_floor_is_the_first_unfinished(data: st.DataObject) -> None:
    # Gaps between offsets are normal: compaction, control records.
    steps = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=30))
    taken = [sum(steps[: n + 1]) for n in range(len(steps))]
    offsets = Offsets()
    for offset in taken:
        offsets.begin(offset)
    unfinished = list(taken)
    for offset in data.draw(st.permutations(taken)):
        offsets.finish(offset)
        unfinished.remove(offset)
        passed = [o for o in taken if not unfinished or o < unfinished[0]]
        assert offsets.pending == (passed[-1] + 1 if passed else None)
        assert offsets.span == len(taken) - len(passed)
    assert offsets.pending == taken[-1] + 1


def test_nothing_is_pending_twice() -> None:
    offsets = Offsets()
    assert offsets.pending is None
    offsets.begin(7)
    offsets.finish(7)
    assert offsets.pending == 8
    offsets.committed(8)
    assert offsets.pending is None
    offsets.begin(9)
    assert offsets.pending is None
    offsets.finish(9)
    assert offsets.pending == 10
