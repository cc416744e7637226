"""Customers who correct themselves."""

from datetime import UTC, datetime

import pytest

from careline.models.extract import choices, dates, identifiers, integers, prefer_corrected

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, 12 not 21", [12]),
        ("12, not 21", [12]),
        ("not 12 but 21", [21]),
        ("it isn't 12, it's 21", [21]),
        ("12 instead of 21", [12]),
        ("12 rather than number 21", [12]),
        ("12, sorry, 21", [21]),
        ("12... no, 21", [21]),
        ("12, I mean 21", [21]),
        ("12 actually 21", [21]),
        ("12 wait 21 sorry 30", [30]),
        ("change it from 5 to 8", [8]),
        ("not 12", []),
        ("不是12,是21", [21]),
        ("12。不对,21", [21]),
        ("12,说错了,应该是21", [21]),
        ("要12而不是21", [12]),
        ("从5改成8", [8]),
        # No corrections:
        ("12 and 21", [12, 21]),
        ("not only 12 but also 21", [12, 21]),
        ("I did not get 12 or 21", [12, 21]),
        ("I don't want 12 any more", [12]),
        ("是不是12", [12]),
        ("no, I need 12", [12]),
        ("from 5", [5]),
        ("", []),
    ],
)
def test_numbers(text: str, expected: list[int]) -> None:
    assert [one.value for one in prefer_corrected(text, integers(text))] == expected


def test_other_values() -> None:
    text = "cancel LL-10023, oops, ll10024"
    assert [one.value for one in prefer_corrected(text, identifiers(text, r"LL-\d{5}"))] == ["LL-10024"]
    text = "the red, not the green"
    assert [one.value for one in prefer_corrected(text, choices(text, {"r": ["red"], "g": ["green"]}))] == ["r"]
    text = "move it from Monday to Friday"
    now = datetime(2026, 5, 6, tzinfo=UTC)
    assert [one.text for one in prefer_corrected(text, dates(text, now))] == ["Friday"]


def test_order_of_the_values_is_kept() -> None:
    found = list(reversed(integers("1 2 not 3")))
    assert [one.value for one in prefer_corrected("1 2 not 3", found)] == [2, 1]
