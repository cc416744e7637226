"""Fixtures that every test level shares: see `tests/fixtures/`."""

import sys
from pathlib import Path

# The fixtures import as `tests.fixtures.*`, from wherever pytest is called.
sys.path.insert(0, str(Path(__file__).parents[1]))

pytest_plugins = [
    "tests.fixtures.parts",
    "tests.fixtures.isolation",
    "tests.fixtures.stacks",
    "tests.fixtures.messaging",
    "tests.fixtures.llm",
    "tests.fixtures.whole_stack",
    "tests.fixtures.engine",
]
