"""What names one particular thing is made alike; what has meaning stays."""

from __future__ import annotations

import pytest

from careline_classifier.domain.masking import Masker

pytestmark = pytest.mark.unit

MASKER = Masker(["Return the Glass Lantern to Leipzig", "my school changes", "team leader"])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("cancel LL-10023", "cancel LL-10000"),
        ("tell me about name6038327", "tell me about name10000"),
        ("Tell me about Andy", "Tell me about Alex"),
        ("who is Maria Stone?", "who is Alex?"),
        ("call it 'Pea Soup'", "call it 'Alex'"),
        ("write to ada@example.org", "write to mail@example.com"),
        ("把name6038327设为领队", "把name10000设为领队"),
        ("我要退Iron Kettle", "我要退Alex"),
        ("return the Glass Lantern", "return the Glass Lantern"),
        ("change  my   subject to 8", "change my subject to 8"),
        ("Please return it", "Please return it"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert MASKER.mask(text) == masked


def test_codes_of_one_kind_are_alike_and_of_two_kinds_are_not() -> None:
    assert MASKER.mask("cancel LL-10023") == MASKER.mask("cancel LL-77120")
    assert MASKER.mask("cancel LL-10023") != MASKER.mask("cancel name10023")


def test_names_have_their_places_in_the_text() -> None:
    text = "ask Andy about schoolname135707"
    assert [text[one.start : one.end] for one in MASKER.names(text)] == ["Andy", "schoolname135707"]


@pytest.mark.parametrize(
    ("text", "common"), [("changed", True), ("team leaders", True), ("Andy", False), ("name12", False), ("学校", False)]
)
def test_ordinary_words_are_no_names(text: str, common: bool) -> None:
    assert MASKER.common(text) is common


def test_masking_twice_changes_nothing_more() -> None:
    once = MASKER.mask("tell Maria Stone that LL-10023 is at ada@example.org, 1234567")
    assert MASKER.mask(once) == once
