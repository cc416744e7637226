"""Which tiers there are, and what is said about those that are not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from careline.llm import LlmSettings, NotConfigured
from careline.llm.errors import BadTierSettings
from careline.tenants.tiers import TierSpec, TierSpecs

pytestmark = pytest.mark.unit

ENV = {
    "CARELINE_SMALL_URL": "http://models:8000",
    "CARELINE_SMALL_MODEL": "m-7b",
    "CARELINE_SMALL_KEY": "sk-4711",
    "CARELINE_SMALL_PROMPT_PRICE": "0.1",
}


def test_nothing_configured_is_no_tier_and_says_what_to_set() -> None:
    settings = LlmSettings.load({})
    with pytest.raises(NotConfigured, match=r"set CARELINE_SMALL_URL and CARELINE_SMALL_MODEL, or tiers\.small\.url"):
        settings.tier("small")
    assert settings.tiers() == {}
    assert len(settings.describe()) == 2


def test_half_a_tier_is_none_and_says_which_half() -> None:
    settings = LlmSettings.load({"CARELINE_LARGE_URL": "http://models:8000/v1"})
    with pytest.raises(NotConfigured, match="its server is named, its model is not"):
        settings.tier("large")


def test_the_environment_alone_suffices() -> None:
    tier = LlmSettings.load(ENV).tier("small")
    assert (tier.url, tier.model, tier.price.prompt) == ("http://models:8000/v1", "m-7b", Decimal("0.1"))
    assert tier.headers() == {"Authorization": "Bearer sk-4711"}


def test_the_pack_alone_suffices_and_the_environment_prevails() -> None:
    own = TierSpecs(small=TierSpec(url="https://pack.example/api/", model="p-1", completion_price=Decimal(3)))
    alone = LlmSettings.load({}).tier("small", own)
    assert (alone.url, alone.model, alone.price.completion) == ("https://pack.example/api", "p-1", Decimal(3))
    both = LlmSettings.load(ENV).tier("small", own)
    assert (both.url, both.model) == ("http://models:8000/v1", "m-7b")


def test_the_adapter_of_a_business_is_the_model_that_is_asked_for() -> None:
    own = TierSpecs(small=TierSpec(adapter="shop-lora"))
    assert LlmSettings.load(ENV).tier("small", own).model == "shop-lora"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CARELINE_SMALL_URL", "models:8000", "http://"),
        ("CARELINE_SMALL_URL", "http://me:hidden-4711@models", "must not hold a password"),
        ("CARELINE_SMALL_URL", "http://models:port", "is no URL"),
        ("CARELINE_SMALL_KEY", "hidden-4711\n", "printable ASCII"),
        ("CARELINE_SMALL_PROMPT_PRICE", "NaN", "PRICE"),
        ("CARELINE_SMALL_CONCURRENCY", "0", "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(name: str, value: str, said: str) -> None:
    with pytest.raises(BadTierSettings, match=said) as caught:
        LlmSettings.load({name: value})
    assert name in str(caught.value)
    assert "hidden-4711" not in str(caught.value)


def test_keys_are_in_no_repr_and_no_description() -> None:
    settings = LlmSettings.load(ENV)
    seen = [repr(settings), repr(settings.tier("small")), str(settings.tiers()), *settings.describe()]
    assert not [text for text in seen if "4711" in text]
