"""A random model on a real vLLM is believed whatever it says: nothing is written that was not asked for."""

from __future__ import annotations

import pytest
from evals.hostile.random_vllm import BELIEVED, chance
from evals.routing import ROOT, Bench, make_bench
from tests.fixtures.engine import KEY, Vllm

from careline.models.encoder import Encoder
from careline_cli.engine.serving import Engaged

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1800)]

CONVERSATIONS, SEED = 24, 1


@pytest.fixture
def encoder() -> Encoder:
    return Encoder.load(ROOT / ".local/encoder", cache_size=8192)


@pytest.fixture
def bench(encoder: Encoder) -> Bench:
    return make_bench("shop", encoder, ROOT / ".local/heads")


async def test_a_random_model_writes_nothing_that_was_not_asked_for(
    fresh_database: str, vllm: Vllm, bench: Bench, encoder: Encoder
) -> None:
    course = await chance(fresh_database, bench, encoder, Engaged(vllm.url, KEY), CONVERSATIONS, SEED, lambda _: None)
    said = "\n".join((*course.table(), *course.tally.notes, course.line()))
    assert course.tally.clean, said
    assert course.plays == CONVERSATIONS
    assert course.questions > CONVERSATIONS, said
    assert course.answers > BELIEVED * course.questions, said
    assert all(course.answered(role) for role in ("classifier", "executor", "verifier")), said
    assert sum(course.readings.values()) > CONVERSATIONS // 2, said
    assert course.readings["proposal"] > 0, said  # it did get as far as the verifier with an operation
    assert course.tally.fulfilled > 0, said  # where nothing can be written, zero proves nothing either
