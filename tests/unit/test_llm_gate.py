"""The breaker of a model server: what is held against it, and how it comes back."""

from __future__ import annotations

import pytest
from tests.fixtures.llm import Clock

from careline.llm.errors import Busy, CallFailed, CircuitOpen, SchemaBroken, ServerFailed, TooLate, Unreachable
from careline.llm.gate import MODEL_SERVER, Gate

pytestmark = pytest.mark.unit


def after(clock: Clock, *errors: CallFailed) -> Gate:
    gate = Gate(clock)
    for error in errors:
        with pytest.raises(type(error)), gate.passing():
            raise error
    return gate


@pytest.mark.parametrize("error", [ServerFailed("500"), Unreachable("away"), TooLate("first_token", blame=True)])
def test_an_ill_server_is_left_alone(error: CallFailed) -> None:
    gate = after(Clock(), *[error] * MODEL_SERVER.failures)
    with pytest.raises(CircuitOpen, match="use another tier"):
        gate.check()


@pytest.mark.parametrize("error", [Busy(None), SchemaBroken("x"), TooLate("total")])
def test_a_server_that_lives_or_was_given_no_time_is_not(error: CallFailed) -> None:
    assert not after(Clock(), *[error] * 50).is_open


def test_some_failures_among_many_answers_are_not_an_illness() -> None:
    gate = Gate(Clock())
    for _ in range(20):
        with gate.passing():
            pass
    for _ in range(10):
        with pytest.raises(ServerFailed), gate.passing():
            raise ServerFailed("500")
    assert not gate.is_open


def test_a_trial_that_is_given_up_lets_the_next_one_try() -> None:
    clock = Clock()
    gate = after(clock, *[ServerFailed("500")] * MODEL_SERVER.failures)
    clock.now += MODEL_SERVER.cooldown
    with pytest.raises(KeyboardInterrupt), gate.passing():
        with pytest.raises(CircuitOpen):
            gate.check()  # one at a time
        raise KeyboardInterrupt
    for _ in range(MODEL_SERVER.trial):
        with gate.passing():
            pass
    with gate.passing(), gate.passing():  # closed again
        pass
