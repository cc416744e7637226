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
