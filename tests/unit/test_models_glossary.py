"""Chinese put into English words for the encoder."""

from __future__ import annotations

import pytest

from careline.models.glossary import gloss

pytestmark = pytest.mark.unit


def test_words_come_in_their_order_and_what_is_not_chinese_stays() -> None:
    assert gloss("我的包裹在哪里") == "my parcel where"
    assert gloss("取消LL-10023") == "cancel LL-10023"


def test_the_longest_word_that_fits_is_taken() -> None:
    # Not "not" and "deliver": a parcel that did not come.
    assert gloss("没送到") == "has not arrived yet"


def test_words_that_mean_the_same_look_the_same() -> None:
    assert gloss("邮费") == gloss("运费") == "shipping cost"


@pytest.mark.parametrize("text", ["where is my parcel", "", "LL-10023", "龘"])
def test_without_a_known_chinese_word_a_text_stays_as_it_is(text: str) -> None:
    assert gloss(text) == text
