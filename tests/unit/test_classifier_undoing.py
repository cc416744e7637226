"""When all that a customer says is to take the last change back."""

from __future__ import annotations

import pytest

from careline_classifier.domain.undoing import wants_undo

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "undo that",
        "Undo that, please!",
        "please undo",
        "Can you undo the last change?",
        "could you please revert that",
        "oops, take that back",
        "No wait, undo it",
        "roll back what you just did",
        "I'd like to undo my last request",
        "put it back the way it was",
        "change that back please",
        "undo 3f2b8c1e-5d47-5a0b-9c66-0d1e2f3a4b5c",
        "Undo entry 3F2B8C1E-5D47-5A0B-9C66-0D1E2F3A4B5C",
        "撤销",
        "撤销刚才的操作",
        "请撤回刚才的修改",
        "把刚才的更改撤销掉",
        "帮我改回去",
        "请把它还原",
        "能不能撤销上一步？",
        "麻烦恢复原样",
    ],
)
def test_the_last_change_is_to_be_taken_back(text: str) -> None:
    assert wants_undo(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cancel order LL-10013",
        "don't undo that",
        "can I undo an order?",
        "how do I undo a change?",
        "undo my subscription to the newsletter",
        "take the parcel back",
        "I want my money back",
        "change it back to Main Street 5",
        "put back my order in the basket",
        "undo that and cancel LL-10013",
        "不要撤销",
        "怎么撤销订单",
        "撤销订单LL-10013",
        "取消",
        "取消订单",
        "退回商品",
        "恢复会员资格",
        "undo " * 50,
    ],
)
def test_anything_else_is_left_to_the_pack(text: str) -> None:
    assert not wants_undo(text)
