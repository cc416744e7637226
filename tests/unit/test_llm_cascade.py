"""The first tier that is sure enough answers; the others are not asked."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from careline.llm import Cascade, Judged, Spent, Step, Usage
from careline.llm.errors import CircuitOpen, LlmError, NotConfigured, StreamCut

pytestmark = pytest.mark.unit

COST = Spent(Usage(calls=1, prompt_tokens=100), Decimal("0.5"))


def says(value: str, confidence: float, spent: Spent = COST) -> Callable[[str], Awaitable[Judged[str]]]:
    async def ask(question: str) -> Judged[str]:
        return Judged(f"{value}:{question}", confidence, spent)

    return ask


def fails(error: Exception) -> Callable[[str], Awaitable[Judged[str]]]:
    async def ask(question: str) -> Judged[str]:
        raise error

    return ask


async def test_the_cheapest_that_is_sure_answers_and_no_further_one_is_asked() -> None:
    steps = (Step("reflex", 0.9, says("r", 0.9, Spent())), Step("small", 0.0, fails(AssertionError("was asked"))))
    decision = await Cascade("classifier", steps).decide("q")
    assert (decision.tier, decision.value) == ("reflex", "r:q")
    assert decision.spent == Spent()


async def test_who_is_below_the_threshold_is_paid_and_not_believed() -> None:
    steps = (Step("reflex", 0.9, says("r", 0.89)), Step("small", 0.7, says("s", 0.71)))
    decision = await Cascade("classifier", steps).decide("q")
    assert decision.value == "s:q"
    assert [(one.tier, one.outcome, one.confidence) for one in decision.asked] == [
        ("reflex", "unsure", 0.89),
        ("small", "answered", 0.71),
    ]
    assert decision.spent.usage.calls == 2
    assert decision.spent.money == Decimal(1)


async def test_after_the_last_nobody_has_answered() -> None:
    decision = await Cascade("executor", (Step("small", 0.5, says("s", 0.4)),)).decide("q")
    assert (decision.value, decision.tier, decision.role) == (None, None, "executor")
    assert (await Cascade[str, str]("executor", ()).decide("q")).asked == ()


@pytest.mark.parametrize("confidence", [math.nan, math.inf, 1.5, -1.0])
async def test_a_confidence_that_is_none_clears_nothing(confidence: float) -> None:
    decision = await Cascade("verifier", (Step("small", 0.0, says("s", confidence)),)).decide("q")
    assert decision.value is None


@pytest.mark.parametrize("error", [NotConfigured("none"), CircuitOpen("open"), StreamCut("cut")])
async def test_a_model_that_fails_is_passed_over_and_its_cost_counted(error: LlmError) -> None:
    if isinstance(error, StreamCut):
        error.spent = COST
    steps = (Step("small", 0.5, fails(error)), Step("large", 0.5, says("l", 0.9)))
    decision = await Cascade("verifier", steps).decide("q")
    assert decision.value == "l:q"
    assert (decision.asked[0].outcome, decision.asked[0].error) == ("failed", type(error).__name__)
    assert decision.spent.usage.calls == (2 if isinstance(error, StreamCut) else 1)


async def test_a_mistake_in_the_code_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        await Cascade("verifier", (Step("small", 0.5, fails(ZeroDivisionError())),)).decide("q")


@pytest.mark.parametrize("threshold", [-0.1, 1.1, math.nan])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Step("small", threshold, says("s", 1.0))
