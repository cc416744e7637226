"""Sentences, content words and search keys of both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.folding import fold
from careline.models.stemming import stem
from careline.models.text import content_words, overlap, preload, search_tokens, sentences, split_sentences

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Smith paid $3.50 at example.com. Thanks.", ["Mr. Smith paid $3.50 at example.com.", "Thanks."]),
        ("Open at 9 a.m. on Sunday. Closed at 5 p.m. We rest.",
         ["Open at 9 a.m. on Sunday.", "Closed at 5 p.m.", "We rest."]),
        ("I said no. Order no. 17 is mine.", ["I said no.", "Order no. 17 is mine."]),
        ("So am I. Bye", ["So am I.", "Bye"]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("Steps:\n1. Open it.\n2. Close it.", ["Steps:", "1. Open it.", "2. Close it."]),
        ("a line that was\nwrapped here\n\nand a new paragraph",
         ["a line that was\nwrapped here", "and a new paragraph"]),
        ("我要退款。什么时候到账?谢谢!", ["我要退款。", "什么时候到账?", "谢谢!"]),
        ("他说：“可以退货。”请稍等……好的；再见", ["他说：“可以退货。”", "请稍等……", "好的；", "再见"]),
        ("运费为3.5元。7天内可退。", ["运费为3.5元。", "7天内可退。"]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='ab A.!?。;！ \n1"”' + "e.g", max_size=60))
def test_sentences_keep_every_sign_and_know_their_place(text: str) -> None:
    found = split_sentences(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())


@pytest.mark.parametrize(
    "forms",
    [
        "cancel cancels cancelled canceled cancelling cancellation cancellations",
        "deliver delivers delivered delivering delivery deliveries",
        "ship ships shipped shipping shipment shipments",
        "return returns returned returning",
        "refund refunds refunded refunding",
        "change changes changed changing",
        "address addresses addressed",
        "pay pays paid paying payment payments",
        "call calls called calling",
        "use uses used using",
        "arrive arrives arrived arriving",
        "box boxes boxed",
        "apply applies applied applying",
        "lose lost loses",
        "quick quickly",
    ],
)
def test_forms_of_a_word_share_a_key(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_different_words_keep_different_keys() -> None:
    words = [
        "order",
        "refund",
        "return",
        "cancel",
        "address",
        "point",
        "status",
        "need",
        "bus",
        "this",
        "sing",
        "thing",
        "red",
        "bed",
        "station",
    ]
    assert len({stem(word) for word in words}) == len(words)


def test_english_content_words() -> None:
    text = "Where's my order ORD-1234? I'd like a refund of $1,200.50 to my e-mail, please."
    assert content_words(text) == ["order", "ord-1234", "refund", "1200.50", "email"]


def test_chinese_content_words() -> None:
    assert content_words("我的订单ORD-1234什么时候发货?") == ["订单", "ord-1234", "发货"]
    assert content_words("运费1,200元") == ["运费", "1200", "元"]


def test_search_keys_hold_the_parts() -> None:
    assert search_tokens("ORD-1234") == ["ord-1234", "ord", "1234"]
    assert {"退款", "ord-1234", "1234"} <= set(search_tokens("退款申请 ORD-1234"))


def test_questions_meet_documents() -> None:
    document = set(search_tokens("Cancellations: an order can be cancelled until it ships. 订单发货前可以取消订单"))
    assert set(search_tokens("how do I cancel my orders")) <= document
    assert set(search_tokens("怎么取消订单")) <= document


@given(st.text(max_size=80))
def test_search_keys_are_plain_words(text: str) -> None:
    for token in search_tokens(text):
        assert token
        assert not set(token) & set(" \t\n'\"\\&|!():*")


def test_overlap_is_the_share_of_supported_words() -> None:
    evidence = "Refunds are paid within 14 days to the original card. 退款申请在14天内处理。"
    assert overlap("The refund is paid within 14 days.", evidence) == 1
    assert overlap("The refund is paid within 30 days.", evidence) == pytest.approx(3 / 4)
    assert overlap("退款在14天内处理", evidence) == 1
    assert overlap("the of and", evidence) == 1
    assert overlap("giraffe", "") == 0


@given(st.text(max_size=60))
def test_folding_moves_no_character(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_unifies_widths_quotes_and_case() -> None:
    assert fold("ＯＲＤ－１２　‘Ｘ’ “İ”") == "ord-12 'x' \"İ\""


def test_preloading_is_repeatable() -> None:
    preload()
    preload()
    assert content_words("退款") == ["退款"]
