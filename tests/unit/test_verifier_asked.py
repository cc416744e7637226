"""Did the customer ask for it? Read by the verifier in her own words, whatever a classifier makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.fixtures.library import library_pack

from careline.contracts.base import JsonScalar, TurnRef
from careline.contracts.turn import (
    Argument,
    ArgumentEvidence,
    EvidenceSource,
    Exchange,
    Identity,
    Pending,
    PendingKind,
    Turn,
)
from careline.contracts.understanding import Route, Understanding
from careline.tenants.load import load_pack
from careline.tenants.model import Pack
from careline_verifier.domain.checks.asked import asks_for, check_request, plainly_asked, unclear_values
from careline_verifier.domain.checks.confirmation import says_yes
from careline_verifier.domain.inquiry import Inquiry, Turning
from careline_verifier.domain.wishes import WishBook, Wishes, wishes_of

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
REF = TurnRef(tenant="shop", conversation="c-1", turn="t-2", epoch=0)


@cache
def shop() -> Pack:
    return load_pack(Path(__file__).parents[2] / "tenants" / "shop")


@cache
def wishes() -> Wishes:
    return wishes_of(shop())


def said(name: str, value: JsonScalar, text: str, quote: str = "", **more: Any) -> Argument:
    quote = quote or str(value)
    start = text.index(quote)
    evidence = ArgumentEvidence(source=EvidenceSource.TEXT, quote=quote, start=start, end=start + len(quote), **more)
    return Argument(name=name, value=value, evidence=evidence)


def elsewhere(name: str, value: JsonScalar, source: EvidenceSource) -> Argument:
    return Argument(name=name, value=value, evidence=ArgumentEvidence(source=source, quote=str(value)))


def inquiry(operation: str, text: str, *arguments: Argument, trusted: bool = True, **turn: Any) -> Inquiry:
    whole = Turn(ref=REF, text=text, received_at=NOW, identity=Identity(visitor="v", customer="C-1001"), **turn)
    grasp = Understanding(language="en", route=Route.OPERATION, confidence=1, operation=operation, arguments=arguments)
    turning = Turning(REF, whole, grasp, shop(), NOW)
    return Inquiry(turning, operation, shop().operations[operation], arguments, {}, trusted)


def asked_for(operation: str, *missing: str) -> Pending:
    later = NOW + timedelta(minutes=5)
    return Pending(kind=PendingKind.NEEDS_INFO, operation=operation, missing=missing, asked_in="t-1", expires_at=later)


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("cancel_order", "can I cancel?"),
        ("cancel_order", "how do I cancel an order"),
        ("cancel_order", "what happens if I cancel an order?"),
        ("request_refund", "how do refunds work?"),
        ("return_item", "Is it possible to return an item"),
        ("cancel_order", "怎么取消订单？"),
        ("redeem_points", "积分怎么兑换代金券？"),
        ("cancel_order", "don't cancel it"),
        ("cancel_order", "please do not cancel LL-10013"),
        ("cancel_order", "不要取消我的订单"),
        ("unsubscribe_newsletter", "don't unsubscribe me"),
        ("subscribe_newsletter", "please do not subscribe me to the newsletter"),
    ],
)
def test_a_question_about_it_or_a_refusal_is_no_request(operation: str, text: str) -> None:
    fault = check_request(inquiry(operation, text), wishes())
    assert fault is not None
    assert (fault.stage, fault.reason.partition(":")[0]) == ("classifier", "verb")


PLAIN = [
    ("redeem_points", "please redeem 200 points for me", ("points", 200, "200")),
    ("redeem_points", "我要兑换200积分", ("points", 200, "200")),
    ("request_refund", "Please pay back 5 EUR of LL-10121", ("amount", "5", "5 EUR")),
    ("change_phone", "Please save my phone number +4915799887766", ("phone", "+4915799887766", "+4915799887766")),
    ("subscribe_newsletter", "Please subscribe me to the newsletter"),
    ("unsubscribe_newsletter", "take my name off your newsletter list"),
    ("unsubscribe_newsletter", "请帮我退订通讯"),
]  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_a_plain_request_is_one(case: Any) -> None:
    operation, text, *values = case
    there = inquiry(operation, text, *(said(name, value, text, quote) for name, value, quote in values))
    assert check_request(there, wishes()) is None
    assert plainly_asked(there, wishes())


@pytest.mark.parametrize("case", PLAIN)
def test_a_request_is_for_that_operation_and_for_no_other(case: Any) -> None:
    operation, text, *_ = case
    asked_anyway = {"return_item", "change_address", "cancel_order", operation}
    changes = {name for name, each in shop().operations.items() if each.effect}
    assert [name for name in changes - asked_anyway if asks_for(shop(), name, text, wishes())] == []


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("unsubscribe_newsletter", "请取消LL-10041"),
        ("subscribe_newsletter", "hello there"),
        ("subscribe_newsletter", "what a lovely day"),
        ("unsubscribe_newsletter", "Thanks so much for your help"),
        ("redeem_points", "refund 200 EUR"),
        ("change_phone", "My e-mail is now +49@example.net, please change it"),
        ("redeem_points", ""),
        ("redeem_points", "🤔 … \u202e 200"),
    ],
)
def test_other_words_are_no_request(operation: str, text: str) -> None:
    assert not asks_for(shop(), operation, text, wishes())


@pytest.mark.parametrize(
    ("operation", "text", "argument"),
    [
        ("redeem_points", "redeem 200 points, I have 5000", ("points", 5000, "5000")),
        ("redeem_points", "redeem 200 points, not 300", ("points", 300, "300")),
        ("request_refund", "refund 5 EUR for LL-10121, it cost 78 EUR", ("amount", "78", "78 EUR")),
    ],
)
def test_a_value_that_is_there_but_not_meant_is_not_clear(operation: str, text: str, argument: Any) -> None:
    name, value, quote = argument
    assert unclear_values(inquiry(operation, text, said(name, value, text, quote))) == [name]


def test_a_value_of_an_earlier_message_or_a_record_in_spite_of_the_message_is_not_clear() -> None:
    earlier = elsewhere("points", 5000, EvidenceSource.HISTORY)
    assert unclear_values(inquiry("redeem_points", "redeem my points", earlier)) == ["points"]
    record = elsewhere("order", "LL-10013", EvidenceSource.RECORD)
    assert unclear_values(inquiry("cancel_order", "cancel LL-10012", record)) == ["order"]
    assert unclear_values(inquiry("cancel_order", "cancel my order", record)) == []


def test_a_question_beside_a_request_leaves_it_one() -> None:
    there = inquiry("subscribe_newsletter", "Subscribe me to the newsletter. How often is it sent?")
    assert check_request(there, wishes()) is None
    assert plainly_asked(there, wishes())


def test_what_completes_a_request_is_as_good_as_the_request() -> None:
    """The answer to "how many?" has no verb of its own; the message that led to the question has it, or has it not."""
    number = said("points", 200, "200")

    def answer(*before: tuple[str, str], trusted: bool = True) -> bool:
        history = tuple(
            Exchange(turn=f"t-{n}", customer=text, reply="?", outcome=how) for n, (text, how) in enumerate(before)
        )
        pending = asked_for("redeem_points", "points")
        there = inquiry("redeem_points", "200", number, history=history, pending=pending, trusted=trusted)
        return plainly_asked(there, wishes())

    assert answer(("please redeem my points", "needs_info"))
    assert answer(("please redeem my points", "needs_info"), ("hm", "needs_info"))
    assert not answer(("please redeem my points", "needs_info"), trusted=False)
    assert not answer(("please redeem my points", "answer"))
    assert not answer(("please redeem my points", "needs_info"), ("hello", "small_talk"))
    assert not answer(("how many points do I have?", "needs_info"))
    assert not answer(("should I redeem my points?", "needs_info"))
    assert not answer()


def test_a_value_of_the_open_question_has_to_have_been_meant_before() -> None:
    """The question for the order keeps an amount; whether that was meant is seen in the message that it is from."""
    kept = elsewhere("amount", "5", EvidenceSource.PENDING)

    def unclear(before: str, source: EvidenceSource = EvidenceSource.TEXT) -> list[str]:
        pending = asked_for("request_refund", "order")
        pending = pending.model_copy(update={"arguments": (elsewhere("amount", "5", source),)})
        history = (Exchange(turn="t-1", customer=before, reply="?", outcome="needs_info"),)
        return unclear_values(inquiry("request_refund", "LL-10121", kept, pending=pending, history=history))

    assert unclear("please refund 5 EUR") == []
    assert unclear("please refund 15 EUR, shipping was 5 EUR") == ["amount"]
    assert unclear("please refund something") == ["amount"]
    assert unclear("please refund something", EvidenceSource.RECORD) == []


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "hello",
        "what?",
        "my address is in Berlin",
        "",
        "🤔",
        "谢谢",
        "hm",
        "200",
        "你好",
        "good morning",
        "I'm fine",
        "let's see",
        "do you accept cards",
        "great shop you have",
        "中国",
        "好贵",
        "who confirms this",
        "right now I am at work",
        "is it correct",
        "a yes or no question",
        "\u202eon",
        "nо",
    ],
)
def test_without_a_yes_there_is_none(text: str) -> None:
    assert not says_yes(text, shop())


@pytest.mark.parametrize(
    "text",
    [
        "Yes!",
        "go ahead",
        "ok",
        "right, do it",
        "好的",
        "是的",
        "👍",
        "fine by me",
        "Yes, please",
        "ok, do that",
        "sure thing",
        "that's correct",
        "yes please cancel it",
        "sounds good",
        "好的，取消吧",
        "对的，请继续",
        "没错",
        "确认",
        "please do",
        "thanks, yes",
        "对",
        "可以",
        "嗯",
        "that's right",
        "perfect",
        "all right",
        "yes, that is what I want",
    ],
)
def test_a_yes_is_one(text: str) -> None:
    assert says_yes(text, shop())


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Your service is awful and I'm really disappointed", True),
        ("I want to complain about the courier", True),
        ("I have an idea: sell lanterns in more colours", True),
        ("你们的快递员对我大吼大叫，我要投诉", True),
        ("How many working days does a parcel inside Germany need?", False),
        ("please redeem 200 points", False),
        ("hello", False),
        ("cancel LL-10013", False),
        ("", False),
    ],
)
def test_only_what_reads_like_a_complaint_or_suggestion_is_filed(text: str, case: bool) -> None:
    assert wishes().is_case(text) is case


def test_wishes_are_made_once_for_each_version_of_a_pack() -> None:
    book = WishBook()
    assert book.of(shop()) is book.of(shop())
    assert book.of(library_pack()) is not book.of(shop())
