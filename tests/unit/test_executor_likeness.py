"""Which questions one answer does for: the same in other words, never the next best."""

from __future__ import annotations

import numpy as np
import pytest

from careline_executor.domain.likeness import question, same

pytestmark = pytest.mark.unit

# As near as meaning can be: the words alone have to tell them apart.
VECTOR = np.eye(1, 384, dtype=np.float32)[0]
FAR = np.eye(1, 384, 1, dtype=np.float32)[0]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "How much is delivery to Germany?", "how much is delivery to the EU"),
        ("en", "How long does standard delivery of a large parcel to Germany take?",
               "How long does standard delivery of a large parcel to France take?"),
        ("en", "Can I return a lamp within 14 days?", "Can I return a lamp within 30 days?"),
        ("en", "Can I return a used candle?", "Can I not return a used candle?"),
        ("en", "Can I pay with a voucher?", "Can I pay without a voucher?"),
        ("en", "May I change my address before dispatch?", "May I change my address after dispatch?"),
        ("en", "When do you deliver?", "Where do you deliver?"),
        ("en", "How much is express?", "How long is express?"),
        ("en", "Do I get points for gift cards?", "Do I get points for gift cards only?"),
        ("en", "Is delivery free from 50 euros?", "Is delivery free above 50 euros?"),
        ("en", "Why?", "Why not?"),
        ("en", "and this?", "and that?"),
        ("zh", "寄到德国要多少钱？", "寄到法国要多少钱？"),
        ("zh", "14天内可以退货吗？", "30天内可以退货吗？"),
        ("zh", "用过的蜡烛能退吗？", "用过的蜡烛不能退吗？"),
        ("zh", "发货前能改地址吗？", "发货后能改地址吗？"),
        ("zh", "快递要多久？", "快递要多少钱？"),
    ],
)  # fmt: skip
def test_near_questions_are_not_the_same(language: str, one: str, other: str) -> None:
    assert not same(question(one, VECTOR), question(other, VECTOR), language)
    assert not same(question(other, VECTOR), question(one, VECTOR), language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "How much is delivery to Germany?", "how much is the delivery to germany ??"),
        ("en", "Can I return a lamp?", "Can lamps be returned?"),
        ("zh", "运费要多少钱？", "请问运费 要多少钱"),
        ("fr", "Livrez-vous en France ?", "livrez vous en france"),
    ],
)
def test_the_same_in_other_words(language: str, one: str, other: str) -> None:
    assert same(question(one, VECTOR), question(other, VECTOR), language)


def test_the_same_words_with_another_meaning_are_not_the_same() -> None:
    one, other = question("a parcel that is missing", VECTOR), question("missing in a parcel", FAR)
    assert one.words == other.words
    assert not same(one, other, "en")
