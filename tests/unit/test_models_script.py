"""Traditional characters count as the simplified ones, where they stand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.extract import choices, dates, integers
from careline.models.folding import fold
from careline.models.glossary import gloss, unglossed
from careline.models.script import simplified
from careline.models.synonyms import meanings
from careline.models.text import content_words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [
        ("請問運費多少錢", "请问运费多少钱"),
        ("我的訂單還沒到", "我的订单还没到"),
        ("兩張優惠券", "两张优惠券"),
        ("already simplified 已经简化", "already simplified 已经简化"),
    ],
)
def test_it_reads_like_the_simplified_text(traditional: str, plain: str) -> None:
    assert simplified(traditional) == plain
    assert fold(traditional) == fold(plain)
    assert gloss(traditional) == gloss(plain)
    assert unglossed(traditional) == unglossed(plain)
    assert meanings(traditional) == meanings(plain)
    assert content_words(traditional) == content_words(plain)


@given(st.text())
def test_nothing_moves(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert len(fold(text)) == len(text)


def test_values_keep_their_place_in_what_the_customer_wrote() -> None:
    text = "請把LL-10023改到兩週後的星期五，等級是黃金會員"
    (tier,) = choices(text, {"gold": ["黄金会员"]})
    assert (tier.value, text[tier.start : tier.end], tier.text) == ("gold", "黃金會員", "黃金會員")
    (number,) = integers("要三張")
    assert (number.value, number.start) == (3, 1)
    now = datetime(2026, 11, 2, 10, tzinfo=UTC)
    (day,) = dates("改到下個星期五", now, ZoneInfo("Europe/Berlin"))
    assert "改到下個星期五"[day.start : day.end] == "下個星期五"
