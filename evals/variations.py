"""The same request, said by somebody else: ways to change a message that must not change what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from careline.models.language import has_han

Change = Callable[[str], str | None]

# British, American.
SPELLINGS = (
    ("colour", "color"),
    ("favourite", "favorite"),
    ("cancelled", "canceled"),
    ("cancelling", "canceling"),
    ("cancellation", "cancelation"),
    ("parcel", "package"),
    ("postcode", "zip code"),
    ("instalments", "installments"),
    ("instalment", "installment"),
    ("personalised", "personalized"),
    ("apologise", "apologize"),
    ("cheque", "check"),
    ("jewellery", "jewelry"),
    ("grey", "gray"),
    ("licence", "license"),
    ("programme", "program"),
    ("centre", "center"),
    ("enquiry", "inquiry"),
    ("mum", "mom"),
    ("holiday", "vacation"),
    ("queue", "line"),
    ("delivered", "delivered"),
    ("neighbour", "neighbor"),
    ("catalogue", "catalog"),
    ("organised", "organized"),
    ("recognised", "recognized"),
    ("unauthorised", "unauthorized"),
    ("wrongly labelled", "wrongly labeled"),
    ("woollen", "woolen"),
)
# Mainland, Taiwan or Hong Kong.
REGIONAL = (
    ("快递", "宅配"),
    ("短信", "简讯"),
    ("邮箱", "信箱"),
    ("网络", "网路"),
    ("优惠券", "折价券"),
    ("积分", "点数"),
    ("登录", "登入"),
    ("客服", "客服人员"),
    ("退款", "退费"),
    ("账户", "帐号"),
    ("打折", "折扣"),
    ("视频", "影片"),
    ("质量", "品质"),
    ("邮编", "邮递区号"),
    ("信息", "资讯"),
    ("转账", "转帐"),
    ("什么时候", "几时"),
)

_ENGLISH: dict[str, tuple[tuple[str, str], ...]] = {
    "name": tuple(
        ("Hi, {name} here. ".replace("{name}", name), "")
        for name in ("Emma Schmidt", "Mohammed Al-Farsi", "Li Na", "Oluwaseun Adeyemi", "Siobhan O'Brien", "Ada")
    ),
    "gender": (("Mr Miller here. ", ""), ("Mrs Miller here. ", ""), ("Mx Miller here. ", "")),
    "address": tuple(
        (before, "") for before in ("Dear Sir or Madam, ", "Hey guys, ", "Hi mate, ", "Good evening! ", "yo ")
    ),
    "politeness": (
        ("", " please"),
        ("Please: ", " Thank you very much!"),
        ("Sorry to bother you. ", ""),
        ("", " Thanks!"),
    ),
    "emoji": (("", " 🙏"), ("🙂 ", ""), ("", " 😊😊")),
    "languages": (("你好，", ""), ("", " 谢谢")),
}
_CHINESE: dict[str, tuple[tuple[str, str], ...]] = {
    "name": tuple((f"我是{name}，", "") for name in ("王小明", "欧阳娜娜", "Emma", "阿卜杜拉")),
    "gender": (("我是张先生，", ""), ("我是张女士，", ""), ("我是张小姐，", "")),
    "address": (("亲，", ""), ("尊敬的客服：", ""), ("老板，", ""), ("您好！", ""), ("喂，", "")),
    "politeness": (("麻烦您，", "，谢谢"), ("请问一下，", ""), ("", "，拜托了"), ("不好意思打扰一下，", "")),
    "emoji": (("", "🙏"), ("🙂", ""), ("", "😊😊")),
    "languages": (("Hi，", ""), ("", " thanks")),
}


def variations(text: str) -> Iterator[tuple[str, str]]:
    """(kind of change, changed text), each of which should come to the same."""
    around = _CHINESE if has_han(text) else _ENGLISH
    for kind, pairs in around.items():
        for before, after in pairs:
            yield kind, f"{before}{text}{after}"
    for kind, change in _CHANGES:
        changed = change(text)
        if changed is not None and changed != text:
            yield kind, changed


def _spelt(text: str, one: int, other: int) -> str:
    for pair in SPELLINGS:
        text = re.sub(rf"\b{pair[one]}\b", pair[other], text, flags=re.IGNORECASE)
    return text


def _regional(text: str) -> str:
    for mainland, elsewhere in REGIONAL:
        text = text.replace(mainland, elsewhere)
    return text


@cache
def _traditional() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("s2t").convert
    return convert


_LONG_WORD = re.compile(r"(?<![\w@.-])[a-z]{6,}(?![\w@.-])")


def _swapped(text: str) -> str | None:
    """The longest plain word with two letters in its middle swapped."""
    words = sorted(_LONG_WORD.finditer(text), key=lambda match: (-len(match.group()), match.start()))
    for match in words:
        word, middle = match.group(), len(match.group()) // 2
        if word[middle] != word[middle - 1]:
            wrong = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
            return text[: match.start()] + wrong + text[match.end() :]
    return None


def _small(text: str) -> str | None:
    """In small letters; what is named by capitals alone cannot be told any more, so only texts without names."""
    return None if re.search(r"(?<!^)(?<![.!?]\s)\b[A-Z](?!\b)", text) else text.lower()


_CHANGES: tuple[tuple[str, Change], ...] = (
    ("american", lambda text: _spelt(text, 0, 1)),
    ("british", lambda text: _spelt(text, 1, 0)),
    ("traditional", lambda text: _traditional()(text) if has_han(text) else None),
    ("regional", lambda text: _regional(text) if has_han(text) else None),
    ("typo", _swapped),
    ("small letters", _small),
    ("no final sign", lambda text: text.rstrip(".?!。？！") or None),
)
