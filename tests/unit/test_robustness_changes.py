"""The other dress of a request: what names a thing is never touched, and the same seed gives the same words."""

from __future__ import annotations

import random
import re

import pytest
from evals.robustness import CHANGES, Change

pytestmark = pytest.mark.unit

TEXTS = (
    "Please cancel order LL-10013 and write to mara.new@example.org about it",
    "send LL-10011 to Am Markt 5, 28195 Bremen, Germany instead",
    "把LL-10013改寄到Gartenstraße 9, 01099 Dresden",
    "我有多少积分？",
)
_NAMES = re.compile(r"\S*\d\S*|\S+@\S+|Am Markt|Bremen|Germany|Dresden")


@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("text", TEXTS)
def test_names_and_numbers_stay(name: str, text: str) -> None:
    change: Change = CHANGES[name]
    for seed in range(30):
        other = change(text, random.Random(seed))
        assert other == change(text, random.Random(seed))
        for kept in _NAMES.findall(text):
            assert kept.rstrip("？") in other


def test_every_change_changes_something() -> None:
    for name, change in CHANGES.items():
        assert any(change(text, random.Random(seed)) != text for text in TEXTS for seed in range(5)), name


def test_a_slip_stays_near_the_word() -> None:
    for seed in range(50):
        other = CHANGES["one typo"]("cancel", random.Random(seed))
        assert abs(len(other) - len("cancel")) <= 1
        assert (other[0], other[-1]) == ("c", "l")
