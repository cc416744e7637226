"""Placeholders: stable in a conversation, undone only where asked, and not to be forged."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.folding import fold
from careline.privacy import Kind, Placeholders, UnknownPlaceholder, conceal, find, mask, unmask

pytestmark = pytest.mark.unit


def masked(text: str, mine: Placeholders) -> str:
    return mask(text, find(text), mine)


def test_the_same_value_has_the_same_placeholder_throughout_a_conversation() -> None:
    mine = Placeholders()
    assert masked("write to ada@example.org or bob@example.org", mine) == "write to <email 1> or <email 2>"
    assert masked("not Bob@Example.org but ADA@example.org", mine) == "not <email 2> but <email 1>"
    assert masked("call +49 170 1234567 or +49-170-1234567", mine) == "call <phone 1> or <phone 1>"
    again = Placeholders(mine.values)
    assert masked("carl@example.org, ada@example.org", again) == "<email 3>, <email 1>"


def test_an_argument_gets_its_value_back_and_nothing_else() -> None:
    mine = Placeholders()
    text = masked("ada@example.org, card 4111 1111 1111 1111", mine)
    assert unmask("<email 1>", mine) == "ada@example.org"
    assert unmask(text, mine, {Kind.EMAIL}) == "ada@example.org, card <card 1>"
    with pytest.raises(UnknownPlaceholder, match="<email 7>"):
        unmask("send it to <email 7>", mine)


def test_a_placeholder_that_somebody_typed_stands_for_itself() -> None:
    mine = Placeholders()
    text = "send it to <email 1>, I mean ada@example.org"
    hidden = masked(text, mine)
    assert hidden == "send it to <text 1>, I mean <email 1>"
    assert unmask(hidden, mine) == text


WORDS = st.sampled_from(
    [
        "ada@example.org",
        "ADA@example.org",
        "<email 1>",
        "<text 1>",
        "card 4111 1111 1111 1111",
        "hello",
        "8.8.4.4",
        "，",
    ]
)


@given(st.lists(st.lists(WORDS | st.text(max_size=8), max_size=6).map(" ".join), max_size=4))
def test_unmasking_gives_back_what_was_said(texts: list[str]) -> None:
    mine = Placeholders()
    hidden = [masked(text, mine) for text in texts]
    for text, said in zip(texts, hidden, strict=True):
        assert "@example.org" not in said.lower()
        assert fold(unmask(said, mine)) == fold(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("invalid literal for int() with base 10: 'Ada'", "invalid literal for int() with base 10: <quoted>"),
        ("Input should be a valid integer [type=int, input_value='Ada', input_type=str]", "input_value=<quoted>, inp"),
        ('invalid input syntax for type integer: "Ada"', 'integer: "<quoted>"'),
        ("DETAIL:  Key (tenant, name)=(shop, Ada) already exists.", "(tenant, name)=(<quoted>) already exists."),
        ("DETAIL:  Failing row contains (1, Ada, null).", "Failing row contains (<quoted>"),
        ("relation careline.orders does not exist", "relation careline.orders does not exist"),
    ],
)
def test_a_value_that_an_error_quotes_is_concealed_whatever_it_is(text: str, said: str) -> None:
    assert said in conceal(text)
    assert "Ada" not in conceal(text)


@given(st.uuids(), st.integers(0, 10**11 - 1), st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_what_operators_need_stays(turn: uuid.UUID, offset: int, when: datetime) -> None:
    text = f"turn {turn}: offset={offset}, {when} turns.received[3]@{offset}"
    assert conceal(text) == text


@pytest.mark.parametrize("before", range(19_985, 20_002, 3))
def test_a_long_text_is_cut_but_never_in_the_middle_of_a_number(before: int) -> None:
    text = "x" * (before - 1) + " 4111 1111 1111 1111 " + "y" * 3000
    cut = conceal(text)
    assert cut.endswith(" ... (cut)")
    assert "4111" not in cut
    assert len(cut) < 20_100


@given(st.text(max_size=300))
def test_concealing_never_fails_and_is_done_once(text: str) -> None:
    once = conceal(text)
    assert conceal(once) == once
