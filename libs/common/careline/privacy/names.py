"""Names that a text announces: "my name is", "Mr.", 我叫. Names without any such word are left to the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from careline.models.folding import fold

from .spans import Kind, Span, span_at

_PART = r"[^\W\d_'’-][^\W\d_'’-]{0,24}(?:['’-][^\W\d_'’-]{1,20}){0,3}"
_NAME = rf"{_PART}(?:[ \t](?:[^\W\d_]\.?[ \t])?(?:(?:van|von|de|der|da|di|la|el|al|bin)[ \t])?{_PART}){{0,2}}"
_TITLED = re.compile(rf"(?<!\w)(?:mrs?|ms|miss|dr|prof|herr|herrn|frau)\b\.?[ \t](?P<name>{_NAME})")
_SAID = re.compile(
    r"(?<!\w)(?:(?:my|his|her|maiden|partner's|full|first|last|the)[ \t])?(?:name(?:[ \t]is|[ \t]?[:=])|name's)\s{1,6}"
    rf"(?P<name>{_NAME})"
    rf"|(?<!\w)(?:my name is|maiden name is|this is|i am|i'm|i am called|named(?: him| her)?|under my partner's name"
    rf"|change it to|correct it to|it's under|ich hei(?:ß|ss)e|mein name ist|signed,?)[ \t](?P<other>{_NAME})"
)
_SURE = re.compile(r"name|mein|hei(?:ß|ss)e|called")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_HAN = re.compile(
    rf"(?:我叫|姓名[是为:：]{{0,2}}|名字[是叫为:：]{{0,2}}|收件人[是:：]{{0,2}}|联系人[是:：]{{0,2}}|我是)\s?"
    rf"(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=$|[^\u4e00-\u9fff]|的|我|想|要|请|电话|手机|地址|住|，|。)"
)
_STOP = frozenset({
    "a", "an", "the", "i", "my", "your", "our", "his", "her", "and", "or", "but", "not", "no", "so", "very", "just",
    "from", "for", "with", "in", "on", "at", "to", "of", "is", "are", "was", "am", "be", "it", "this", "that",
    "sorry", "sure", "here", "there", "please", "who", "what", "when", "where", "why", "how", "if", "then", "also",
    "still", "now", "new", "old", "calling", "writing", "looking", "trying", "going", "interested", "happy", "sad",
    "afraid", "unable", "und", "aus", "der", "die", "das", "nicht", "mr", "mrs", "ms", "dr", "miss", "herr", "frau",
    "him", "them", "me", "us", "you", "one", "about", "incorrect", "wrong", "spelled", "under", "account", "number",
})  # fmt: skip
_PARTICLES = frozenset({"van", "von", "de", "der", "da", "di", "la", "el", "al", "bin"})


def names(text: str, folded: str) -> Iterator[Span]:
    """A name after a title or an announcement; capital letters make it surer, and some announcements need them."""
    for match in _TITLED.finditer(folded):
        if text.startswith("miss ", match.start()) and text[match.start("name")].islower():
            continue
        yield from _named(text, *match.span("name"), 0.9, False)
    for match in _SAID.finditer(folded):
        start, end = match.span("name" if match["name"] else "other")
        sure = _SURE.search(folded, match.start(), start) is not None
        yield from _named(text, start, end, 0.85 if sure else 0.7, not sure)
    for match in _HAN.finditer(folded):
        yield span_at(text, Kind.NAME, *match.span("name"), 0.85)


def _named(text: str, start: int, end: int, confidence: float, capitals: bool) -> Iterator[Span]:
    """The words of [start, end) up to the first that belongs to no name; with `capitals`, up to the first small one."""
    if capitals and text.isupper():
        return
    last, small = start, text[start:end].islower()
    for word in re.finditer(r"\S+", text[start:end]):
        bare = word.group().strip(".,'’")
        if fold(bare) in _STOP:
            break
        goes_on = bare[:1].isupper() or (not capitals and (small or last == start or bare in _PARTICLES))
        if not goes_on:
            break
        last = start + word.end()
    if last > start:
        yield span_at(text, Kind.NAME, start, last, confidence)
