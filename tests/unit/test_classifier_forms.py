"""The form of a message: asking about something, asking for it, refusing it."""

from __future__ import annotations

import pytest
from tests.fixtures.library import library_pack

from careline.models.forms import form_of, refuses, wants_nothing
from careline.operations.verbs import verbs_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "How do I return a book?",
        "what is the process for joining",
        "can you explain how to pay",
        "怎么还书？",
        "退款的流程是什么",
    ],
)
def test_a_question_for_the_way_to_do_it(text: str) -> None:
    assert form_of(text).procedure


@pytest.mark.parametrize("text", ["return ML-1001", "where is my parcel", "怎么还没到", "please extend it"])
def test_no_question_for_the_way(text: str) -> None:
    assert not form_of(text).procedure


@pytest.mark.parametrize("text", ["Is it possible to cancel?", "until when may I return it", "退款要多久"])
def test_a_question_for_a_rule(text: str) -> None:
    assert form_of(text).rule


def test_can_i_is_told_from_can_you() -> None:
    assert form_of("Can I extend a loan?").may_i
    assert not form_of("Can you extend my loan?").may_i
    assert form_of("Can you extend my loan?").request


@pytest.mark.parametrize(("text", "expected"), [("Am I blocked?", True), ("I am blocked", False), ("我是会员吗", True)])
def test_a_question_about_oneself(text: str, expected: bool) -> None:
    assert form_of(text).about_self is expected


@pytest.mark.parametrize("text", ["Why do I have so many?", "Will my points lapse?", "积分会过期吗"])
def test_reasons_and_the_future_are_beyond_what_is_on_record(text: str) -> None:
    assert form_of(text).beyond


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("please don't cancel my order", True),
        ("I do not want to cancel it", True),
        ("don't ship it, cancel it", False),
        ("I don't want LL-10023 any more, cancel it", False),
        ("不要取消我的订单", True),
        ("我不需要了，请取消", False),
        ("取消订单", False),
    ],
)
def test_a_refusal_is_no_request(text: str, refused: bool) -> None:
    assert refuses(text, frozenset({"cancel", "取消"})) is refused


def test_verbs_come_from_titles_and_from_how_examples_begin() -> None:
    assert {"return", "还书"} <= verbs_of(library_pack().operations["return_book"])
    assert "please" not in verbs_of(library_pack().operations["return_book"])


@pytest.mark.parametrize("text", ["my wife's address", "the points of another customer", "别人的邮箱", "老婆的积分"])
def test_what_belongs_to_somebody_else(text: str) -> None:
    assert form_of(text).others


@pytest.mark.parametrize("text", ["my address", "can somebody help me", "我的邮箱", "is it for everybody"])
def test_what_is_ones_own_or_nobodys(text: str) -> None:
    assert not form_of(text).others


def test_an_end_is_a_request_but_a_mere_refusal_is_none() -> None:
    verbs = frozenset({"subscribe", "订阅"})
    assert wants_nothing("please don't subscribe me", verbs)
    assert wants_nothing("别给我订阅", verbs)
    assert not wants_nothing("don't subscribe me any more", verbs)
    assert not wants_nothing("subscribe me", verbs)
