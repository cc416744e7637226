"""What a question asks for, what has it, and when a yes or no may be claimed."""

from __future__ import annotations

import pytest

from careline.models.answering import LEADS, Kind, Said, Verdict, asked, has_answer, kind_of, lead, said, verdict
from careline.models.text import content_words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much is delivery to Norway?", Kind.MONEY),
        ("what's the extra charge", Kind.MONEY),
        ("寄挪威要付多少运费？", Kind.MONEY),
        ("How long does a refund take?", Kind.DURATION),
        ("How many working days does it need?", Kind.DURATION),
        ("退款要多久", Kind.DURATION),
        ("How many letters can be engraved?", Kind.COUNT),
        ("那床被子多大", Kind.COUNT),
        ("Until when can I cancel?", Kind.WHEN),
        ("你们几点关门", Kind.WHEN),
        ("Where do I find my invoice?", Kind.WHERE),
        ("在哪里看快递单号", Kind.WHERE),
        ("Who pays the duties?", Kind.WHO),
        ("谁付关税", Kind.WHO),
        ("why was it refused", Kind.WHY),
        ("为什么不能取消", Kind.WHY),
        ("How do I return something?", Kind.HOW),
        ("怎么退货", Kind.HOW),
        ("Can I pay by cheque?", Kind.YES_NO),
        ("Do I pay postage when I return a lamp?", Kind.YES_NO),
        ("能用支票吗？", Kind.YES_NO),
        ("Which cards do you take?", Kind.WHICH),
        ("有什么好处", Kind.WHICH),
        ("my lamp is here", Kind.OTHER),
    ],
)
def test_the_kind_of_answer_that_is_asked_for(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


def test_the_sentence_that_asks_is_found_in_a_longer_message() -> None:
    assert asked("I live in Bonn. How long does it take? Thanks.") == "How long does it take?"
    assert asked("I live in Bonn. tell me how long it takes. Thanks.") == "tell me how long it takes."
    assert asked("I live in Bonn.") == "I live in Bonn."


@pytest.mark.parametrize(
    ("kind", "with_answer", "without"),
    [
        (Kind.MONEY, "It costs 12 EUR.", "It takes 12 days."),
        (Kind.MONEY, "另收15欧元。", "需要15个工作日。"),
        (Kind.DURATION, "We pay within five working days.", "We pay back the price."),
        (Kind.DURATION, "五年有效。", "不能兑现。"),
        (Kind.COUNT, "Up to 24 letters.", "A bulb is included."),
        (Kind.WHEN, "They close at 19:00.", "They are in Leipzig."),
        (Kind.WHEN, "打包之前可以取消。", "取消免费。"),
        (Kind.WHERE, "You find it under Account, Orders.", "Silk tears."),
    ],
)
def test_a_sentence_has_an_answer_of_the_kind_or_not(kind: Kind, with_answer: str, without: str) -> None:
    assert has_answer(kind, with_answer)
    assert not has_answer(kind, without)


CARDS = [("You can pay by Visa, PayPal or gift card. We do not take cheques or cash on delivery.", "Payment")]
GIFTS = [("Gift cards are valid for five years and can't be paid out in cash.", "Gift cards")]
RETURNS = [("Engraved goods, opened tea and candles that have been lit can't be returned. Others are kept.", "Returns")]
CANDLES = [("Trim the wick and do not burn a candle for more than four hours at a time.", "Candles")]


@pytest.mark.parametrize(
    ("question", "quotes", "expected"),
    [
        ("Can I pay by PayPal?", CARDS, Verdict.YES),
        ("Is PayPal fine?", CARDS, Verdict.YES),
        ("Do you take cheques?", CARDS, Verdict.NO),
        ("Can gift cards be paid out in cash?", GIFTS, Verdict.NO),
        ("Are gift cards valid?", GIFTS, Verdict.YES_BUT),
        ("Could I send back tea that I've opened?", RETURNS, Verdict.NO),
        ("Is delivery free?", [("Orders of 60 EUR and more are delivered free of charge.", "")], Verdict.YES_BUT),
        ("Are returns free?", [("Returns from Germany are free.", "")], Verdict.YES_BUT),
        ("Do we have to pay for the exam?", [("Our exams are completely free to participate in.", "")], Verdict.NO),
        ("Can I upload it after the time limit?", [("After the time limit you can no longer upload.", "")], Verdict.NO),
        ("Do you sell data?", [("We sell no data.", "")], Verdict.NO),
        ("能用PayPal付款吗？", [("可以用Visa、PayPal或礼品卡付款。", "")], Verdict.YES),
        ("打开过的茶叶还能退吗？", [("已开封的茶叶和点过的蜡烛不能退。", "")], Verdict.NO),
        ("积分会过期吗", [("积分在您最后一次下单24个月后过期。", "")], Verdict.YES_BUT),
    ],
)
def test_yes_or_no_where_a_sentence_decides(question: str, quotes: list[tuple[str, str]], expected: Verdict) -> None:
    assert verdict(question, said(quotes)) is expected


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("Would you ship to Canada?", [("We deliver to all EU countries. We do not deliver overseas.", "")]),
        ("Could the checking be extended?", [("Checking stops at the end of the period.", "")]),
        ("Can't I pay by PayPal?", CARDS),  # a yes would mean no
        ("Can I pay by PayPal or by cheque?", CARDS),
        ("How can I pay by PayPal?", CARDS),
        ("Can I burn a candle for two hours?", CANDLES),  # it is the limit that decides
        ("Can I burn a candle?", CANDLES),
        ("Can I return it?", [("You can return anything within 30 days.", "")]),  # what "it" is was said elsewhere
        ("Do you pay the postage?", [("If you ask us, we pay the postage.", "x"), ("We do not pay the postage.", "x")]),
        ("全退的话，邮费也退吗", [("整单退货时我们退还运费，加急附加费不退。", "")]),
        ("灯笼能蹦极吗", [("灯笼可以用。", "")]),  # a word that nobody glossed may be the one that matters
        ("", CARDS),
    ],
)
def test_no_yes_or_no_is_claimed_without_grounds(question: str, quotes: list[tuple[str, str]]) -> None:
    assert verdict(question, said(quotes)) is None


def test_contradicting_sentences_decide_nothing() -> None:
    told = (Said("You can pay by cheque."), Said("You can not pay by cheque."))
    assert verdict("Can I pay by cheque?", told[:1]) is Verdict.YES
    assert verdict("Can I pay by cheque?", told[1:]) is Verdict.NO
    assert verdict("Can I pay by cheque?", told) is None


@pytest.mark.parametrize(
    ("found", "question", "language", "words"),
    [
        (Verdict.YES, "can I", "en", "Yes."),
        (Verdict.YES_BUT, "can I", "en", "Yes, but:"),
        (Verdict.NO, "can I", "en", "No."),
        (Verdict.YES, "可以退吗", "zh", "可以。"),
        (Verdict.NO, "能退吗", "zh", "不能。"),
        (Verdict.NO, "有库存吗", "zh", "没有。"),
        (Verdict.YES_BUT, "会过期吗", "zh", "会，不过："),
        (Verdict.YES, "can I", "zh", "是。"),
    ],
)
def test_the_words_in_front(found: Verdict, question: str, language: str, words: str) -> None:
    assert lead(found, question, language) == words
    assert words in LEADS


def test_a_yes_or_no_says_nothing_of_its_own() -> None:
    assert not any(content_words(words) for words in LEADS)
