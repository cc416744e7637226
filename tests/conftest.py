"""Fixtures that every test level shares: see `tests/fixtures/`."""

import sys
from pathlib import Path

import hypothesis

# A busy machine is no defect: what an example takes is not judged.
hypothesis.settings.register_profile("careline", deadline=None)
hypothesis.settings.load_profile("careline")

# The fixtures import as `tests.fixtures.*`, from wherever pytest is called.
sys.path.insert(0, str(Path(__file__).parents[1]))

pytest_plugins = [
    "tests.fixtures.workers",
    "tests.fixtures.parts",
    "tests.fixtures.isolation",
    "tests.fixtures.stacks",
    "tests.fixtures.messaging",
    "tests.fixtures.llm",
    "tests.fixtures.whole_stack",
    "tests.fixtures.engine",
]
