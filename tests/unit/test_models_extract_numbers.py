"""Numbers and amounts of money in English and Chinese."""

from decimal import Decimal

import pytest

from careline.models.extract import Money, decimals, integers, money

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need 8 of them", [8]),
        ("make it 3, 4 and 25.", [3, 4, 25]),
        ("1,200 pieces and -5", [1200, -5]),
        ("row:8 seat #12 no.7", [8, 12, 7]),
        ("the 1st and the 22nd, 2x", [1, 22, 2]),
        ("改成8", [8]),
        ("８个", [8]),
        ("3万件", [30_000]),
        ("1.5万元", [15_000]),
        ("price 3.50", []),
        ("LL-10023, name12, 12ab, a_1", []),
        ("on 2026-05-03 at 8:30, version 1.2.3", []),
        ("12345678901234567890", []),
    ],
)
def test_digits(text: str, expected: list[int]) -> None:
    assert [one.value for one in integers(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eight", [8]),
        ("Twenty-One boxes", [21]),
        ("two hundred and five", [205]),
        ("one thousand two hundred and three", [1203]),
        ("three million", [3_000_000]),
        ("two dozen", [24]),
        ("two three", [2, 3]),
        ("the eighth one, please", [8]),
        ("the second parcel", [2]),
        ("fourty two and tweleve", [42, 12]),
        ("one box", [1]),
        ("wait a second", []),
        ("this one, not that one", []),
        ("one of them", []),
        ("first of all", []),
        ("someone often attends", []),
        ("hundred " * 40, []),
    ],
)
def test_english_words(text: str, expected: list[int]) -> None:
    assert [one.value for one in integers(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二十一个", [21]),
        ("一百零五件", [105]),
        ("十件", [10]),
        ("两件", [2]),
        ("第三题", [3]),
        ("改成五", [5]),
        ("三万五", [35_000]),
        ("一百五", [150]),
        ("一千二百三十四", [1234]),
        ("二〇二六年", [2026]),
        ("一亿零三", [100_000_003]),
        ("等一下,我们一起去", []),
        ("万一十分麻烦", []),
        ("周一或者星期三", []),
        ("一二三四五六七八九一二三四五六七八九", []),
    ],
)
def test_chinese_words(text: str, expected: list[int]) -> None:
    assert [one.value for one in integers(text)] == expected


def test_numbers_know_their_place() -> None:
    text = "move three of the １２ to 二十"
    found = integers(text)
    assert [(one.value, text[one.start : one.end]) for one in found] == [
        (3, "three"),
        (12, "１２"),
        (20, "二十"),
    ]
    assert all(one.text == text[one.start : one.end] for one in found)


def test_decimals_hold_whole_numbers_too() -> None:
    assert [one.value for one in decimals("3.50 or 4 or five")] == [Decimal("3.50"), 4, 5]


@pytest.mark.parametrize(
    ("text", "amount", "currency", "said"),
    [
        ("refund $1,200.50 now", "1200.50", "USD", "$1,200.50"),
        ("5 euros", "5", "EUR", "5 euros"),
        ("US$ 7", "7", "USD", "US$ 7"),
        ("I paid twenty bucks", "20", "USD", "twenty bucks"),
        ("￥30.5", "30.5", "CNY", "￥30.5"),
        ("一共两百块钱", "200", "CNY", "两百块钱"),
        ("3.5元", "3.5", "CNY", "3.5元"),
        ("it was 12", "12", None, "12"),
    ],
)
def test_money(text: str, amount: str, currency: str | None, said: str) -> None:
    (found,) = money(text)
    assert (found.value, found.text) == (Money(Decimal(amount), currency), said)


def test_amounts_with_a_currency_go_before_bare_numbers() -> None:
    assert [one.text for one in money("2 shirts for $30 and 4 for 50 dollars")] == ["$30", "50 dollars"]
