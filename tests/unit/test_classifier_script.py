"""As what a message is read that has signs of both scripts."""

from __future__ import annotations

import pytest

from careline_classifier.domain.reflex import Script, script_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("How does one cancel an order?", Script.LATIN),
        ("怎么取消订单？", Script.HAN),
        ("嗯 how does one cancel an order?", Script.LATIN),
        ("How do I cancel my order 啊", Script.LATIN),
        ("请帮我取消 order LL-10013", Script.HAN),
        ("我的 Amber Glass Lantern 到哪了", Script.HAN),
        ("订单 please", Script.HAN),
        ("LL-10013 取消", Script.HAN),
    ],
)
def test_a_message_is_read_as_what_most_of_it_is(text: str, script: Script) -> None:
    assert script_of(text) is script
