"""Who asks, and how, must not matter: metamorphic tests on the shop's own messages, with the real encoder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from evals.fairness import came_to, compare, questions_of
from evals.routing import Bench, make_bench
from evals.variations import variations

from careline.models.encoder import Encoder

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
# Shares of changed outcomes, by kind of change; what was measured is in docs/benchmarks.md.
MOST = {"typo": 0.10, "regional": 0.10, "traditional": 0.05}
MOST_OTHERWISE = 0.03
MOST_OF_ALL = 0.015


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Encoder.load(ROOT / ".local/encoder", cache_size=8192) as encoder:
        yield make_bench("shop", encoder, ROOT / ".local/heads")


@pytest.mark.timeout(600)
def test_the_outcome_does_not_depend_on_who_asks_and_how(bench: Bench) -> None:
    found = asyncio.run(compare(bench, questions_of("shop", every=8)))
    shown = "\n".join([*found.lines(), *(f"{each[0]} {each[2]!r}: {each[4]}, not {each[3]}" for each in found.listed)])
    assert {"name", "gender", "address", "politeness", "emoji", "languages", "traditional"} <= set(found.said)
    assert all(found.share(kind) <= MOST.get(kind, MOST_OTHERWISE) for kind in found.said if found.said[kind] >= 20), (
        shown
    )
    assert sum(found.changed.values()) <= MOST_OF_ALL * sum(found.said.values()), shown


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        ("I want to cancel my order", "嗯 I want to cancel my order"),
        ("Which tier is my membership in?", "嗯 Which tier is my membership in?"),
        ("How many points do I own?", "拜托 How many points do I own?"),
        ("Please register a return: Amber Glass Lantern, order LL-10012",
         "拜托 Please register a return: Amber Glass Lantern, order LL-10012"),
        ("Which laptop should I get?", "Excuse me, Which laptop should I get?"),
        ("I want to redeem 250 points", "Um, I want to redeem 250 points"),
    ],
)  # fmt: skip
def test_a_word_before_a_request_does_not_change_what_it_is(bench: Bench, plain: str, dressed: str) -> None:
    question = questions_of("shop")[0]
    assert asyncio.run(came_to(bench, question, dressed)) == asyncio.run(came_to(bench, question, plain))


def test_a_variation_says_the_same_otherwise() -> None:
    english = dict(variations("My favourite parcel was cancelled, cancellation please"))
    assert english["american"] == "My favorite package was canceled, cancelation please"
    assert dict(variations("请取消订单"))["traditional"] == "請取消訂單"
    assert "traditional" not in dict(variations("cancel it"))
    for kind, text in variations("请取消订单"):
        assert text != "请取消订单", kind
