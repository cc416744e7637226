"""Contacts, identifiers, choices and quotations."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.extract import choices, dates, decimals, emails, identifiers, money, phones, postal, quoted
from careline.models.extract.found import Found

pytestmark = pytest.mark.unit

ORDER = r"LL-\d{5}"
COLOURS = {"red": ["red", "crimson"], "green": ["green", "绿色"], "dark green": ["dark green", "墨绿色"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to Ann.Lee+shop@Example.COM.", ["Ann.Lee+shop@example.com"]),
        ("我的邮箱是ann@example.com谢谢", ["ann@example.com"]),
        ("ann＠example．com", ["ann@example.com"]),
        ("a@b.co, c@d.org", ["a@b.co", "c@d.org"]),
        ("ann@example, @ann, ann@.com", []),
    ],
)
def test_emails(text: str, expected: list[str]) -> None:
    assert [one.value for one in emails(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call +44 (20) 7946-0958", ["+442079460958"]),
        ("电话13812345678,谢谢", ["13812345678"]),
        ("555-0199 or 020 7946 0958", ["5550199", "02079460958"]),
        ("on 2026-05-03 I bought 12", []),
        ("LL-1002345, 1,234,567", []),
    ],
)
def test_phones(text: str, expected: list[str]) -> None:
    assert [one.value for one in phones(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cancel LL-10023 and LL-10024", ["LL-10023", "LL-10024"]),
        ("order ll10023", ["LL-10023"]),
        ("ll 10023, Ll_10024, ＬＬ－１００２５", ["LL-10023", "LL-10024", "LL-10025"]),
        ("订单LL-10023还没到", ["LL-10023"]),
        ("XLL-10023 LL-100234 LL-10023-A 10023", []),
    ],
)
def test_identifiers(text: str, expected: list[str]) -> None:
    assert [one.value for one in identifiers(text, ORDER)] == expected


def test_strict_identifiers() -> None:
    assert [one.value for one in identifiers("LL-10023 ll-10024 LL10025", ORDER, tolerant=False)] == ["LL-10023"]


def test_bare_identifiers() -> None:
    found = identifiers("order 10023 or ll10024", ORDER, bare=True)
    assert [(one.value, one.text) for one in found] == [("LL-10023", "10023"), ("LL-10024", "ll10024")]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        (r"(?:RMA|RET)-\d{3}", "ret 123", "RET-123"),
        (r"[A-Z]{2}\d{2}-[0-9A-F]{4}", "ab12 00ff", "AB12-00FF"),
        (r"\d{3}\-\d{3}", "123456", "123-456"),
        (r"inv-[a-z]{2}", "INV-XY", "inv-xy"),
        (r"T\d+", "t77", "T77"),
    ],
)
def test_identifier_patterns(pattern: str, text: str, value: str) -> None:
    assert [one.value for one in identifiers(text, pattern)] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'd like the red one", ["red"]),
        ("Dark-Green please", ["dark green"]),
        ("dark green or green", ["dark green", "green"]),
        ("darc green", ["dark green"]),
        ("crimsen", ["red"]),
        ("我要墨绿色的,不要绿色", ["dark green", "green"]),
        ("reds and greens", ["red", "green"]),
        ("my bed was delivered, I am bored, greet them", []),
    ],
)
def test_choices(text: str, expected: list[str]) -> None:
    assert [one.value for one in choices(text, COLOURS)] == expected


def test_choices_as_written_only() -> None:
    assert choices("crimsen", COLOURS, threshold=100) == []
    assert [one.text for one in choices("a CRIMSON hat", COLOURS, threshold=100)] == ["CRIMSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "hello there" to them', ["hello there"]),
        ("it's 'Blue Moon' isn't it", ["Blue Moon"]),
        ("don't, won't", []),
        ("“退款” 和 《书》 和 「名」", ["退款", "书", "名"]),
        ('"" and " "', []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    found = quoted(text)
    assert [one.value for one in found] == expected
    assert all(text[one.start : one.end] == one.text for one in found)


@given(st.text(alphabet="a 1.2-/@,:LLten百三月号日$元“”'\"redgn５＠\n", max_size=40))
def test_every_value_stands_where_it_says(text: str) -> None:
    found: list[Found[object]] = [
        *decimals(text), *money(text), *dates(text, datetime(2026, 5, 6, tzinfo=UTC)), *emails(text), *phones(text),
        *identifiers(text, r"L-\d+"), *choices(text, COLOURS), *quoted(text),
    ]  # fmt: skip
    assert all(one.text == text[one.start : one.end] and one.text.strip() for one in found)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("to my office: Markt 3, 04109 Leipzig, Germany", "Markt 3, 04109 Leipzig, Germany"),
        ("新地址：Gartenstraße 7, 01099 Dresden", "Gartenstraße 7, 01099 Dresden"),
        ("Calle de Alcalá 12, 28014 Madrid, Spain. Thanks", "Calle de Alcalá 12, 28014 Madrid, Spain"),
        ("use 22 Station Road, 5th floor, 2100 Copenhagen please", "22 Station Road, 5th floor, 2100 Copenhagen"),
    ],
)
def test_an_address_is_known_by_its_form(text: str, address: str) -> None:
    assert [found.value for found in postal(text)] == [address]


@pytest.mark.parametrize("text", ["order 12, 04109 points", "Room 3, please", "I have 3 lamps, 2 are broken"])
def test_numbers_and_names_alone_are_no_address(text: str) -> None:
    assert postal(text) == []


def test_what_counts_things_is_no_amount() -> None:
    assert money("one bulb flickers, 2 of 4 cups broke, 碎了三个") == []
    assert [found.value.amount for found in money("refund 15 for the cup")] == [15]
