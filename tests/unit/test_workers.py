"""How the tests are shared out among workers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.fixtures.workers import WHOLE_STACK, piece_of, pytest_xdist_auto_num_workers

pytestmark = pytest.mark.unit

TESTS = Path(__file__).resolve().parents[1]


def test_whoever_talks_to_the_whole_stack_belongs_to_one_piece() -> None:
    users = [path for path in TESTS.glob("*/test_*.py") if re.search(r"whole_stack\W WholeStack", path.read_text())]
    assert {path.parent.name for path in users} == set(WHOLE_STACK)
    assert {piece_of(f"tests/{path.parent.name}/{path.name}::test_it") for path in users} == {"whole stack"}


def test_other_files_are_a_piece_each_whatever_their_parameters_say() -> None:
    pieces = {piece_of(name) for name in ("tests/unit/test_a.py::test_it[x::y/z]", "tests/unit/test_a.py::T::test_it")}
    assert pieces == {"tests/unit/test_a.py"}


@pytest.mark.parametrize("given", ["KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "REDIS_URL"])
def test_parts_that_all_would_share_are_used_by_one_process(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(given, "somewhere")
    assert pytest_xdist_auto_num_workers() == 0
