"""Chinese numerals as numbers: 二十一, 一百零五, 三万五, 二〇二六, 两."""

import re
from collections.abc import Iterator

from .found import Found, found_at

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_DIGITS |= {sign: value for value, sign in enumerate("壹贰叁肆伍陆柒捌玖", start=1)}
_SCALES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
NUMERALS = "".join([*_DIGITS, *_SCALES, *_MYRIADS])
_LONGEST = 15
_RUN = re.compile(f"[{NUMERALS}]+")
# A single numeral is part of many words: it counts before a measure word or a pause, or after a word that wants one.
_MEASURES = "个個号號题題件条條次份张張分元块塊天月日年周本台只位人道套双瓶箱包杯项项页页岁斤米楼层"
_CALLS = "第成为為到是选选要号题至加减"
_WORDS = re.compile(
    "一(?:下|起|直|样|些|般|定|点|会|旦|共|切|致|边|向|概|律|路|面|次性|步)|万一|统一|唯一|单一|十分(?!钟|之)|千万(?!元|块)|三星|"
    "二手|二维码|四川|百度|百货|三方|双十[一二]|(?:周|星期|礼拜)[一二三四五六日天]"
)


def chinese_integers(folded: str) -> Iterator[Found[int]]:
    """The numbers written with Chinese numerals only."""
    idioms = [match.span() for match in _WORDS.finditer(folded)]
    for match in _RUN.finditer(folded):
        start, end = match.span()
        if any(low < end and start < high for low, high in idioms):
            continue
        if end - start == 1 and not _stands_alone(folded, start):
            continue
        value = chinese_value(match.group())
        if value is not None:
            yield found_at(folded, start, end, value)


def chinese_value(numerals: str) -> int | None:
    """None for scales without sense, such as a lone 万, and for codes of more digits than a number has."""
    if len(numerals) > _LONGEST:
        return None
    if all(sign in _DIGITS for sign in numerals):  # read digit by digit, as years and codes are
        return int("".join(str(_DIGITS[sign]) for sign in numerals))
    if numerals[0] in _MYRIADS or numerals[0] in "百千佰仟":
        return None
    total, section, digit, last = 0, 0, 0, 1
    for sign in numerals:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            last = 1 if digit == 0 else last
        elif sign in _SCALES:
            section += (digit or 1) * _SCALES[sign]
            digit, last = 0, _SCALES[sign]
        else:
            total = (total + section + digit) * _MYRIADS[sign]
            section, digit, last = 0, 0, _MYRIADS[sign]
    # In 三万五 and 一百五 the last digit counts the next lower scale.
    return total + section + digit * (last // 10 if last > 10 else 1)


def _stands_alone(folded: str, place: int) -> bool:
    after, before = folded[place + 1 : place + 2], folded[max(0, place - 1) : place]
    if folded[place] not in _DIGITS and folded[place] not in "十拾":
        return False
    return not after or after in _MEASURES or not after.isalnum() or (before != "" and before in _CALLS)
