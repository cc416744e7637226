"""Greetings, names, thanks and pictures around a message: they say nothing about what is asked for.

What is taken away is replaced by as many spaces, so that every place in the rest stays valid. A message that is nothing
but courtesy stays as it is: then that is what it says.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .glossary import unglossed
from .language import HAN
from .script import simplified

_ANYBODY = r"(?:sir or madam|sir/madam|there|all|everyone|everybody|guys|mates?|folks|team|friends?|sirs?|madam)"
_NAME = r"(?:[A-ZÀ-Þ][\wÀ-ÿ'’-]*\.?)"
_TITLED = rf"(?:Mr|Mrs|Ms|Mx|Miss|Dr)\.?\s+{_NAME}(?:\s+{_NAME}){{0,2}}"
_PERSON = rf"(?:{_TITLED}|{_NAME}(?:\s+{_NAME}){{0,2}})"
# Surnames of most Chinese people; "我是会员" is no name.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓",
    "许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊",
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文",
)
_SURNAME = "".join(_SURNAMES)
_STOP = r"[\s,.!:;~，。！：；～、]"
_OPENINGS = (
    rf"(?i:hi|hello|hey|hiya|yo|greetings|good\s+(?:morning|afternoon|evening|day)|dear)(?i:\s+{_ANYBODY})*(?:{_STOP}+|$)",
    rf"(?i:dear)\s+[^,.!?\n]{{1,30}},{_STOP}*",
    rf"(?i:excuse\s+me|(?:i'm\s+|i\s+am\s+)?sorry\s+(?:to|for)\s+(?:bother|disturb)(?:ing)?\s+you(?:\s+again)?){_STOP}+",
    rf"(?:(?i:this\s+is\s+|it's\s+){_PERSON}|{_TITLED}|{_NAME}\s+{_NAME}(?:\s+{_NAME})?)\s+(?i:here|speaking)\s*[,.!:;]{_STOP}*",
    rf"(?i:u+m+|u+h+|e+r+m*|h+m+){_STOP}+|(?i:oh|ok|okay|well)\s*[,.!，。！]{_STOP}*",
    rf"(?:嗯|呃|哦|噢|喔|唉|诶|欸|哎|好吧|好的|拜托(?:了|您|你)?){_STOP}+",
    rf"(?:你好|您好|哈喽|嗨|早上好|上午好|下午好|晚上好|在吗|请问(?:一下)?|不好意思|打扰(?:一下|您了|你了|了)?|劳驾){_STOP}*",
    rf"(?:亲爱的|亲|老板|喂|尊敬的客服|客服)(?:们|您好|你好)?{_STOP}+",
    rf"我(?:是|叫)(?:(?:[{_SURNAME}]|欧阳|司马|诸葛)[^\W\d_a-zA-Z]{{0,3}}?(?:先生|女士|小姐)?|{_PERSON})[,，。.！!]{_STOP}*",
)
_CLOSINGS = (
    rf"{_STOP}{{0,8}}(?<!\bno)(?<!\bno\s)\b(?i:(?:many\s+)?thanks(?:\s+(?:a\s+lot|so\s+much|in\s+advance|you))?"
    rf"|thank\s+you(?:\s+(?:very|so)\s+much|\s+in\s+advance)?|thx|cheers|(?:best|kind)\s+regards|regards){_STOP}*$",
    rf"{_STOP}{{0,8}}(?:谢谢(?:你们|您们|你|您|啦|了|大家)?|多谢|感谢|拜托(?:了|啦|你了|您了)?|麻烦(?:你|您)?了|辛苦了){_STOP}*$",
)
_FIRST_NAME = re.compile(rf"{_NAME}\s+(?i:here|speaking)\s*[,.!:;]{_STOP}*")
_CALLED = re.compile(rf"我(?:是|叫)(?P<name>[{HAN}]{{2,8}})[,，]{_STOP}*")
_OPENING = re.compile("|".join(_OPENINGS))
_THANKS = re.compile("(?i:than|thx|cheers|regards)|[谢感托烦苦]")  # most messages have none, which is quickly seen
_CLOSING = re.compile("|".join(_CLOSINGS))
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u2b50\u2b55]")
# More than this before or behind a request is no courtesy any more.
_MOST = 4
# Thanks are looked for in so many characters at the end, which bounds the work on a giant text.
_REACH = 80


@lru_cache(maxsize=1024)
def hushed(text: str) -> str:
    """As long as `text`, with spaces for the courtesies around what it says."""
    plain = simplified(text)
    start, end = len(plain) - len(plain.lstrip()), len(plain)
    for _ in range(_MOST):
        found = _OPENING.match(plain, start) or _stranger(plain, start)
        if found is None or not _says_something(plain[found.end() :]):
            break
        start = found.end()
    for _ in range(_MOST if _THANKS.search(plain, max(start, end - _REACH)) else 0):
        found = _CLOSING.search(plain, max(start, end - _REACH), end)
        if found is None or not _says_something(plain[start : found.start()]):
            break
        end = found.start()
    return " " * start + text[start:end] + " " * (len(text) - end)


def _stranger(plain: str, start: int) -> re.Match[str] | None:
    """A name of which the glossary knows no word ("我是阿卜杜拉，", not "我是会员，"); behind a greeting, one name:
    "Hi, Ada here.", but not "Lamp here, all broken"."""
    if start and (first := _FIRST_NAME.match(plain, start)):
        return first
    found = _CALLED.match(plain, start)
    return found if found is not None and 2 * len(unglossed(found["name"])) >= len(found["name"]) else None


def _says_something(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def without_pictures(text: str) -> str:
    """As long as `text`, with spaces for emoji; a message of emoji alone stays as it is."""
    plain = _PICTURE.sub(" ", text)
    return plain if _says_something(plain) else text
