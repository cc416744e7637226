"""A random model on a real vLLM is believed whatever it says: nothing is written that was not asked for."""

from __future__ import annotations

import pytest
from evals.hostile.random_vllm import chance
from evals.routing import ROOT, make_bench
from tests.fixtures.engine import KEY, Vllm

from careline.models.encoder import Encoder
from careline_cli.engine.serving import Engaged

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1800)]

CONVERSATIONS, SEED = 12, 3


async def test_a_random_model_writes_nothing_that_was_not_asked_for(fresh_database: str, vllm: Vllm) -> None:
    encoder = Encoder.load(ROOT / ".local/encoder", cache_size=8192)
    bench = make_bench("shop", encoder, ROOT / ".local/heads")
    course = await chance(fresh_database, bench, encoder, Engaged(vllm.url, KEY), CONVERSATIONS, SEED, lambda _: None)
    assert course.tally.clean, course.tally.notes
    assert course.answers > CONVERSATIONS, course.asked
    assert course.tally.fulfilled > 0  # where nothing can be written, zero proves nothing
