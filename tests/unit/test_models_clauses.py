"""Clauses of a message: where they are, and which of them ask for something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.clauses import LONGEST, Kind, asks_at_most_once, clauses

pytestmark = pytest.mark.unit

Q, W, R, C, X = Kind.QUESTION, Kind.WISH, Kind.REASON, Kind.CONDITION, Kind.CONTEXT


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Where is LL-10011", [Q]),
        ("How many points do I have, and what does delivery cost? Also cancel LL-10013 please", [Q, Q, W]),
        ("Cancel LL-10013 because I don't need it", [W, R]),
        ("If it has not left, cancel it", [C, W]),
        ("am I bronze, silver or gold?", [Q, X]),
        ("Change my phone to +49 1 and my email to a@b.example", [W, W]),
        ("I moved last week, so please change my address to Markt 3, 04109 Leipzig", [X, W, X]),
        ("Please don't. I never asked for it", [X, X]),
        ("I'd also like to know how long it takes", [Q]),
        ("Dr. Miller wrote at 3.50 p.m. from example.com", [X]),
        ("我有多少积分，另外帮我取消订单LL-10013", [Q, W]),
        ("取消LL-10013顺便查一下我的积分", [W, W]),
        ("因为买错了，取消订单", [R, W]),
        ("如果还没发货，取消订单", [C, W]),
        ("我账户没留手机吧？", [X]),
    ],
)
def test_clauses_say_what_they_do(text: str, kinds: list[Kind]) -> None:
    assert [clause.kind for clause in clauses(text)] == kinds


@given(st.text(alphabet=st.sampled_from("ab ,.?!;:\n&-，。？吗请 İand please"), max_size=80))
def test_places_are_true_apart_and_hold_every_word(text: str) -> None:
    found = clauses(text)
    end = 0
    for clause in found:
        assert text[clause.start : clause.end] == clause.text
        assert end <= clause.start < clause.end
        assert not any(sign.isalnum() for sign in text[end : clause.start])
        end = clause.end
    assert not any(sign.isalnum() for sign in text[end:])


@pytest.mark.parametrize("text", ["where is my order", "cancel LL-10013 please", "查一下我的积分"])
def test_what_has_no_joint_is_not_looked_at_further(text: str) -> None:
    assert asks_at_most_once(text)


@pytest.mark.parametrize("text", ["cancel it and track LL-1", "积分多少？运费呢", "one & two"])
def test_what_may_be_two_is(text: str) -> None:
    assert not asks_at_most_once(text)


def test_a_letter_is_not_divided() -> None:
    letter = "please cancel it. " * LONGEST
    assert len(clauses(letter)) == 1
    assert asks_at_most_once(letter)
