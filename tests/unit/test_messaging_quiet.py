"""The client library's log lines: each kind seldom, expected ones never, ours always."""

from __future__ import annotations

import logging

import pytest

from careline.messaging.quiet import Seldom

pytestmark = pytest.mark.unit


def line(text: str, level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord("aiokafka", level, "", 0, text, (), None)


def test_each_kind_of_trouble_is_told_once_in_a_while() -> None:
    seldom = Seldom(interval=1000.0)
    assert [seldom.filter(line(text)) for text in ("away %s", "away %s", "other", "away %s")] == [
        True,
        False,
        True,
        False,
    ]
    always = Seldom(interval=0.0)
    assert [always.filter(line("away %s")) for _ in range(3)] == [True] * 3


def test_what_belongs_to_every_join_is_not_told() -> None:
    assert not Seldom().filter(line("Group Coordinator Request failed: %s"))


def test_what_is_no_trouble_passes() -> None:
    seldom = Seldom()
    assert [seldom.filter(line("joined", logging.INFO)) for _ in range(2)] == [True, True]
