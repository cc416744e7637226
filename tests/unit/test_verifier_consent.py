"""Consent in plain words: what leaves room for doubt is asked about, what is plain is not."""

from __future__ import annotations

import pytest

from careline_verifier.domain.checks.consent import doubtful_request, doubtful_yes

pytestmark = pytest.mark.unit

SHOWN = ["LL-10012", 30]
PLAIN_CHINESE = ("是的", "好的，取消吧", "确认", "对的", "没错", "没问题", "👍")
PLAIN_ENGLISH = (
    "yes",
    "Yes, go ahead",
    "ok, do that",
    "that's correct",
    "yes please cancel it",
    "sure thing",
    "yes, LL-10012",
    "yes, 30",
)


@pytest.mark.parametrize(
    "text",
    [
        "yes but not now",
        "ok, but tomorrow",
        "yes of course not",
        "Yes if it is free",
        "yes?",
        "yes but my wife must agree first",
        "yes, 300",
        "yes, only half",
        "yes, only that",
        "yes, the other one instead",
        "yes, not before Friday",
        "好的，但是先不要",
        "可以，但要等到明天",
        "yes I have thought about it for a very long time and here we are",
    ],
)
def test_a_yes_with_a_rest_is_not_a_yes(text: str) -> None:
    assert doubtful_yes(text, SHOWN)


@pytest.mark.parametrize("text", [*PLAIN_ENGLISH, *PLAIN_CHINESE])
def test_a_plain_yes_is_one(text: str) -> None:
    assert not doubtful_yes(text, SHOWN)


@pytest.mark.parametrize(
    "text",
    [
        "I do not want 3 EUR back for LL-10012",
        "please don't subscribe me",
        "do not unsubscribe me",
        "should I redeem 100 points",
        "can I redeem 100 points",
        "what if I change my marking subject to 3",
        "I redeemed 100 points yesterday",
        "my sister wants to redeem 100 points",
        "redeem 100 or 200 points",
        "refund 5 dollars for LL-10012",
        "refund ten percent of LL-10012",
        "我昨天兑换了200积分",
        "不要把我的阅卷题目改成3",
        "如果兑换100积分呢",
        "redeem 100 points only if that is allowed",
        "not before I have asked my bank",
        "do not redeem the points, only tell me how many there are",
        "I have no idea, redeem 100 points maybe",
        "以后再兑换100积分",
        "能不兑换就不给我兑换",
        "我没有要兑换100积分",
    ],
)
def test_a_request_that_may_not_be_one_is_asked_about(text: str) -> None:
    assert doubtful_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please change my marking subject into 8.",
        "could you please redeem 100 points for me",
        "I'd like to subscribe to the newsletter",
        "I don't want the newsletter any more",
        "bring LL-10020 on the 28th instead, not earlier than Friday",
        "would love to get the newsletter, only the monthly one, I have no time for more",
        "以后请把信寄到新地址",
        "能把100积分换成券给我吗",
        "我没空收货，请改到5月8日",
        "You can reach me on +4915799887766, please save that number",
        "refund 5 EUR for LL-10012",
        "能帮我兑换200积分吗？",
        "不要再给我寄通讯了",
        "请把我的电话改成 +49 151 000",
    ],
)
def test_a_plain_request_is_not_asked_about(text: str) -> None:
    assert not doubtful_request(text)


def place(text: str, words: str) -> list[tuple[int, int]]:
    """Where `words` stand, as a request's value or its own words are said to."""
    start = text.index(words)
    return [(start, start + len(words))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("There's a scratch on the lantern. I'd keep it if you give me 15 euros back.", "15 euros"),
        ("LL-10082浴衣上有个小破洞，不退货了，退我10欧吧", "10欧"),
        ("有点小瑕疵，能退10欧元给我吗，东西我留着", "10欧元"),
        ("LL-10022改到2026年11月16日送吧，之前我不在汉堡", "2026年11月16日"),
        ("You don't have my number yet I think: +4520304055, please put it in", "+4520304055"),
        ("Please deliver it on 18 November 2026, we are away until then.", "18 November 2026"),
        ("Redeem 200 points. How many points do I have?", "200"),
        ("How many points do I have? And redeem 200 points", "200"),
        ("兑换200积分，我有多少积分？", "200"),
    ],
)
def test_what_is_said_beside_a_request_is_no_doubt_of_it(text: str, words: str) -> None:
    assert not doubtful_request(text, place(text, words))


ATTACKS = [
    ("Redeem 100 points, but not now.", "100"),
    ("Redeem 100 points. Or rather don't.", "100"),
    ("Don't do it yet. Redeem 100 points.", "100"),
    ("Redeem 100 points if my wife agrees", "100"),
    ("If I have enough, redeem 100 points", "100"),
    ("Because I said don't redeem 100 points, you should leave it", "100"),
    ("How do I redeem 100 points?", "100"),
    ("Redeem 100 points? No.", "100"),
    ("redeem 100 points. wait", "100"),
    ("Redeem 100 points, when do they expire? Don't do it yet", "100"),
    ("Redeem 100 points. How many would be left if you don't?", "100"),
    ("My sister wants this: redeem 100 points", "100"),
    ("He wrote: redeem 100 points", "100"),
    ("redeem 100 points. Never mind", "100"),
    ("Redeem 100 points - just kidding", "100"),
    ("I do not want this. Redeem 100 points", "100"),
    ("Should I? Redeem 100 points", "100"),
    ("Is it wise? Redeem 100 points", "100"),
    ("What would you say to: redeem 100 points", "100"),
    ("I'd keep 50 if you give me time, redeem 100 points tomorrow", "100"),
    ("兑换100积分，不兑换了", "100"),
    ("兑换100积分，算了", "100"),
    ("先别动，兑换100积分", "100"),
    ("如果够的话，兑换100积分", "100"),
    ("兑换100积分？先等一下", "100"),
    ("兑换100积分，明天再说，我有多少积分？", "100"),
]


@pytest.mark.parametrize(("text", "words"), ATTACKS)
def test_no_place_that_is_claimed_hides_what_takes_a_request_back(text: str, words: str) -> None:
    assert doubtful_request(text, place(text, words))
    assert doubtful_request(text)


@pytest.mark.parametrize("text", ["please don't, redeem 100 points", "not now. redeem 100 points. thanks"])
def test_wherever_the_request_is_said_to_be_the_rest_is_looked_at(text: str) -> None:
    assert all(doubtful_request(text, [(start, start + 1)]) for start in range(len(text)))
