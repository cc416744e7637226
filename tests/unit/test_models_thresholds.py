"""Thresholds for a promised precision: exact bounds, and a promise that is kept."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.binomial import lower_bound, tail
from careline.models.errors import RowsUnusable
from careline.models.thresholds import CANDIDATES, NEVER, Scored, candidates, choose, enough, read_rows

pytestmark = pytest.mark.unit


@given(st.integers(1, 60), st.data(), st.floats(0.001, 0.999))
def test_the_tail_is_the_sum_of_its_terms(trials: int, data: st.DataObject, chance: float) -> None:
    least = data.draw(st.integers(0, trials + 1))
    terms = (math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(least, trials + 1))
    assert tail(least, trials, chance) == pytest.approx(sum(terms), abs=1e-10)


def test_bounds_in_closed_form() -> None:
    # Without a failure the bound is doubt ** (1 / trials); with one success it is 1 - (1 - doubt) ** (1 / trials).
    assert lower_bound(100, 100, 0.05) == pytest.approx(0.05 ** (1 / 100), abs=1e-9)
    assert lower_bound(1, 20, 0.05) == pytest.approx(1 - 0.95 ** (1 / 20), abs=1e-9)
    assert lower_bound(0, 20, 0.05) == lower_bound(0, 0, 0.05) == 0.0
    # The published two-sided 95 % interval for 81 of 263 begins at 0.2527.
    assert lower_bound(81, 263, 0.025) == pytest.approx(0.2527, abs=2e-4)
    assert 0.97 < lower_bound(98_000, 100_000, 0.01) < 0.98


def test_the_lowest_threshold_that_keeps_the_promise() -> None:
    rows = [Scored(0.9, True)] * 600 + [Scored(0.7, True)] * 300 + [Scored(0.3, False)] * 100
    found = choose(rows, 0.95, 0.05)
    assert (found.value, found.accepted, found.right, found.kept) == (0.7, 900, 900, True)
    assert 0.95 < found.bound < 1
    assert found.coverage == pytest.approx(0.9)
    assert found.precision == 1


def test_what_cannot_be_promised_is_not() -> None:
    few = [Scored(0.99, True)] * 20
    assert choose(few, 0.98, 0.05).kept is False
    assert choose(few, 0.98, 0.05).value == NEVER
    needed = enough(0.98, 0.05)
    assert choose([Scored(0.99, True)] * needed, 0.98, 0.05).kept
    assert not choose([Scored(0.99, True)] * (needed - 1), 0.98, 0.05).kept


def test_the_promise_holds_as_often_as_it_says() -> None:
    """Confidences that are right as often as they say: the true precision above a threshold is known."""
    random = np.random.default_rng(4)
    broken = kept = 0
    for _ in range(200):
        confidence = random.beta(4, 1, 1500)
        right = random.random(1500) < confidence
        found = choose([Scored(float(c), bool(r)) for c, r in zip(confidence, right, strict=True)], 0.9, 0.1)
        if found.kept:
            kept += 1
            sample = random.beta(4, 1, 20_000)
            broken += float(sample[sample >= found.value].mean()) < 0.9
    assert kept > 150
    assert broken <= 0.1 * kept


def test_candidates_do_not_look_at_what_is_right() -> None:
    random = np.random.default_rng(0).random(500)
    assert candidates([Scored(float(c), True) for c in random]) == candidates([Scored(float(c), False) for c in random])
    assert len(candidates([Scored(float(c), True) for c in random])) == CANDIDATES
    assert candidates([Scored(0.5, True)] * 9) == [0.5]


def test_rows_are_read() -> None:
    lines = [json.dumps({"confidence": 0.5, "right": True, "id": "q1"}), "", '{"confidence": 1, "right": false}']
    assert read_rows(lines, "scores") == [Scored(0.5, True), Scored(1.0, False)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nonsense", "line 1: no JSON"),
        ("[1]", "line 1: no object"),
        ('{"confidence": 2, "right": true}', "confidence"),
        ('{"confidence": true, "right": true}', "confidence"),
        ('{"confidence": NaN, "right": true}', "confidence"),
        ('{"confidence": 0.5, "right": 1}', "right"),
        ("", "no rows"),
    ],
)
def test_bad_rows_are_named(line: str, problem: str) -> None:
    with pytest.raises(RowsUnusable, match=problem) as raised:
        read_rows([line], "scores.jsonl")
    assert "scores.jsonl" in str(raised.value)


def test_no_rows_and_impossible_promises() -> None:
    with pytest.raises(RowsUnusable):
        choose([], 0.9, 0.05)
    for precision, doubt in ((0.0, 0.1), (1.0, 0.1), (0.9, 0.0), (0.9, 1.0)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            choose([Scored(1.0, True)], precision, doubt)
