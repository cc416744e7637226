"""Sums by turn, tenant and tier, in memory that is bounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.llm import Accounts, Price, Spent, Usage
from careline.llm.accounts import OTHERS
from careline.telemetry import Instruments

pytestmark = pytest.mark.unit

COUNTS = st.integers(0, 10_000)
USAGES = st.builds(Usage, calls=COUNTS, prompt_tokens=COUNTS, completion_tokens=COUNTS, prompt_chars=COUNTS)
ENTRIES = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(["small", "large"]), USAGES), max_size=30)


@given(ENTRIES)
def test_tenants_tiers_and_turns_have_the_same_sum(entries: list[tuple[str, str, Usage]]) -> None:
    accounts, price = Accounts(tenants=3), Price(Decimal("0.1"), Decimal("0.4"))
    for number, (tenant, tier, usage) in enumerate(entries):
        accounts.add(tenant, f"t-{number % 4}", tier, Spent(usage, price.of(usage)))
    total = sum((usage for _, _, usage in entries), Usage())
    turns = [accounts.take(tenant, f"t-{n}") for tenant in "abcde" for n in range(4)]
    for spent in (
        sum((accounts.tenant(name) for name in [*"abcde", OTHERS]), Spent()),
        sum((accounts.tier(name) for name in ("small", "large")), Spent()),
        sum((one for turn in turns for one in turn.values()), Spent()),
    ):
        assert spent.usage == total
        assert spent.money == price.of(total)


def test_turns_that_nobody_takes_do_not_pile_up() -> None:
    accounts = Accounts(turns=2)
    for number in range(5):
        accounts.add("shop", f"t-{number}", "small", Spent(Usage(calls=1)))
    assert not accounts.turn("shop", "t-2")
    assert accounts.turn("shop", "t-4")["small"].usage.calls == 1
    assert accounts.tenant("shop").usage.calls == 5


def test_the_numbers_become_metrics() -> None:
    instruments = Instruments()
    usage = Usage(calls=2, retries=1, prompt_tokens=7)
    Accounts(instruments).add("shop", "t", "small", Spent(usage, Decimal("0.5")))
    labels = {"tenant": "shop", "tier": "small"}
    assert instruments.value("careline_model_calls_total", **labels) == 2
    assert instruments.value("careline_model_retries_total", **labels) == 1
    assert instruments.value("careline_model_money_total", **labels) == 0.5
    assert instruments.value("careline_model_amounts_total", kind="prompt_tokens", **labels) == 7
