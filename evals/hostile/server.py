"""A server of hostile models, to be put behind CARELINE_SMALL_URL and CARELINE_LARGE_URL of a running system.

    python -m evals.hostile.server --port 8009 [--seed 1]

    CARELINE_SMALL_URL=http://127.0.0.1:8009/v1 CARELINE_SMALL_MODEL=small \\
    CARELINE_LARGE_URL=http://127.0.0.1:8009/v1 CARELINE_LARGE_MODEL=large careline eval shop

Every answer is another lie, as long as there are any left; then it says as little as fits.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

import uvicorn

from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline.testing.model_server import Rule, Script
from careline.testing.model_server.app import ModelServer

from ..routing import ROOT
from .answers import KINDS, rules
from .asks import ask

_LIES = 20_000


def lies(pack: Pack, random: Random, count: int) -> Script:
    """A script in which every rule is used once."""
    told: list[Rule] = []
    while len(told) < count:
        told += rules(random.choice(KINDS), ask(random), pack, random)
    return Script(rules=tuple(rule.model_copy(update={"times": 1}) for rule in told))


def main() -> None:
    parser = argparse.ArgumentParser(prog="evals.hostile.server", description="Models that lie")
    parser.add_argument("--port", type=int, default=8009)
    parser.add_argument("--pack", type=Path, default=ROOT / "tenants/shop")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    script = lies(load_pack(given.pack), Random(given.seed), _LIES)
    uvicorn.run(ModelServer(script).app(), host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
