"""The hostile suite in a smaller form: `make hostile` plays thousands, this some hundreds, always the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from evals.hostile.lab import both_tiers, opened
from evals.hostile.run import run
from evals.routing import ROOT, Bench, make_bench

from careline.models.encoder import Encoder
from careline.testing.model_server import serving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

COUNT, SEED = 300, 7


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(ROOT / ".local/encoder", cache_size=8192)


@pytest.fixture(scope="module")
def bench(encoder: Encoder) -> Bench:
    return make_bench("shop", encoder, ROOT / ".local/heads")


async def test_nothing_is_written_that_was_not_asked_for(fresh_database: str, bench: Bench, encoder: Encoder) -> None:
    folder, mind = Path(ROOT / "tenants/shop"), bench.reader.mind
    with serving() as server:
        async with opened(
            fresh_database, bench.pack, folder, mind, encoder, bench.indexes, both_tiers(server.url)
        ) as lab:
            course = await run(lab, server, COUNT, SEED, lambda _: None)
            assert server.counters.requests > COUNT // 2
    assert course.tally.clean, course.tally.notes
    assert course.hostile >= COUNT
    assert course.tally.fulfilled > 0
    assert course.honest_done == course.honest > 0
