"""The breaker: a limit on the rate of failures, not on their number."""

from __future__ import annotations

import pytest

from careline.messaging import Breaker, BreakerPolicy

pytestmark = pytest.mark.unit

POLICY = BreakerPolicy(failures=4, ratio=0.5, window=10.0, cooldown=30.0, trial=3)


def after(*events: tuple[float, str]) -> Breaker:
    breaker = Breaker(POLICY)
    for now, kind in events:
        breaker = breaker.failed(now) if kind == "bad" else breaker.succeeded(now)
    return breaker


def test_opens_at_the_fourth_failure_within_the_window() -> None:
    assert not after(*[(1.0, "bad")] * 3).is_open
    assert after(*[(1.0, "bad")] * 4).is_open


def test_a_few_failures_among_many_successes_are_poison_not_a_bad_release() -> None:
    assert not after(*[(1.0, "good")] * 20, *[(1.0, "bad")] * 10).is_open
    assert after(*[(1.0, "good")] * 4, *[(1.0, "bad")] * 4).is_open


def test_old_failures_are_forgotten() -> None:
    spread = [(float(at), "bad") for at in range(0, 100, 4)]
    assert not after(*spread).is_open
    assert not after(*[(0.0, "bad")] * 3, (20.0, "bad")).is_open
    assert after(*[(0.0, "bad")] * 3, (6.0, "bad")).is_open  # the previous half window still counts


def test_stays_open_until_it_has_cooled() -> None:
    opened = after(*[(1.0, "bad")] * 4)
    assert opened.cooled(30.9).is_open
    assert not opened.cooled(31.0).is_open


def test_on_trial_a_single_failure_opens_it_again_and_enough_successes_end_the_trial() -> None:
    trial = after(*[(1.0, "bad")] * 4).cooled(31.0)
    assert trial.succeeded(31.0).succeeded(31.0).failed(31.0).is_open
    passed = trial.succeeded(31.0).succeeded(31.0).succeeded(31.0)
    assert not passed.failed(32.0).is_open


def test_a_closed_breaker_does_not_cool() -> None:
    closed = after((1.0, "bad"))
    assert closed.cooled(1000.0) is closed
