"""Language detection by script and function words."""

import pytest

from careline.models.language import Language, detect

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my order?", "en"),
        ("wher is my ordr", "en"),
        ("thanks!", "en"),
        ("CANCEL ORDER A-1042 NOW", "en"),
        ("refund", "en"),
        ("Is there a café near me?", "en"),
        ("my name is José and I want a refund", "en"),
        ("我的订单在哪里?", "zh"),
        ("退款", "zh"),
        ("我的iPhone什么时候到", "zh"),
        ("订单 ORD-1234 还没有收到", "zh"),
        ("取消订单,邮箱是 someone.else@example.com", "zh"),
        ("把它送到 Main Street 好吗,谢谢", "zh"),
        ("我想 cancel my order because it 太慢了", "mixed"),
        ("can you help me 退款 my order please", "mixed"),
        ("hola, donde esta mi pedido", "other"),
        ("où est ma commande", "other"),
        ("Wo ist meine Bestellung?", "other"),
        ("что с моим заказом", "other"),
        ("注文をキャンセルしたいです", "other"),
        ("주문을 취소하고 싶어요", "other"),
        ("أين طلبي", "other"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert detect(text) == Language(language)


@pytest.mark.parametrize("text", ["", "   ", "?!", "A-17", "12345", "😀", "a@b.com", "https://example.com/x"])
def test_text_without_words_takes_the_conversations_language(text: str) -> None:
    assert detect(text) is Language.OTHER
    assert detect(text, default=Language.CHINESE) is Language.CHINESE


def test_full_width_letters_are_letters() -> None:
    assert detect("Ｗｈｅｒｅ ｉｓ ｍｙ ｏｒｄｅｒ") is Language.ENGLISH
