"""The retry policy decides without sleeping: which errors, after how long, and what at the end."""

from __future__ import annotations

import pytest

from careline.messaging import Backoff, DeadLetter, PermanentError, Retry, RetryPolicy, TransientError

pytestmark = pytest.mark.unit

POLICY = RetryPolicy(outage=Backoff(5, 1.0, 4.0), unexpected=Backoff(2, 0.5, 0.5))


def test_delays_double_up_to_the_longest_and_end() -> None:
    backoff = Backoff(attempts=6, first=1.0, longest=5.0)
    assert [backoff.delay(attempt) for attempt in range(1, 8)] == [1.0, 2.0, 4.0, 5.0, 5.0, None, None]


def test_a_spread_moves_delays_by_a_quarter_at_most() -> None:
    backoff = Backoff(attempts=3, first=1.0, longest=5.0)
    assert backoff.delay(1, spread=0.0) == 0.75
    assert backoff.delay(1, spread=1.0) == 1.25


def test_very_many_attempts_do_not_overflow() -> None:
    assert Backoff(attempts=10_000, first=0.1, longest=15.0).delay(9_999) == 15.0


@pytest.mark.parametrize("error", [TransientError("x"), ConnectionResetError("x"), TimeoutError("x")])
def test_an_outage_is_met_with_patience(error: Exception) -> None:
    assert [POLICY.decide(error, attempt) for attempt in (1, 4)] == [
        Retry(1.0, type(error).__name__),
        Retry(4.0, type(error).__name__),
    ]
    assert isinstance(POLICY.decide(error, 5), DeadLetter)


def test_an_unknown_error_gets_a_few_attempts() -> None:
    assert POLICY.decide(KeyError("x"), 1) == Retry(0.5, "KeyError")
    assert POLICY.decide(KeyError("x"), 2) == DeadLetter("gave up after 2 attempts: KeyError: 'x'", "KeyError")


def test_a_permanent_error_gets_none_even_if_it_also_looks_transient() -> None:
    class Both(PermanentError, OSError):
        pass

    assert POLICY.decide(Both("no"), 1) == DeadLetter("Both: no", "Both")


def test_reasons_are_bounded() -> None:
    letter = POLICY.decide(PermanentError("x" * 10_000), 1)
    assert isinstance(letter, DeadLetter)
    assert len(letter.reason) == 500
