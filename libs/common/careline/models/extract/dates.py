"""Days named in English or Chinese, absolute or counted from today."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo

from ..folding import fold
from . import day_words as words
from .chinese_numbers import NUMERALS, chinese_value
from .found import Found, found_at, without_overlaps

_Rule = Callable[[re.Match[str], date, bool], date | None]


def dates(
    text: str, now: datetime, zone: tzinfo | None = None, *, past: bool = False, day_first: bool = True
) -> list[Found[date]]:
    """Days named in `text`, "today" being the day of `now` in `zone` (default: the zone of `now`).

    A day without a year, or a bare weekday, is the next one, or with `past` the last one; never today for a weekday.
    "next Monday" and 下周一 are the Monday of the next calendar week. `day_first` reads 3/5 as 3 May. Impossible days
    (31 April) are not found.
    """
    today = (now.astimezone(zone) if zone else now).date()
    folded = fold(text)
    return without_overlaps(_candidates(text, folded, today, past, day_first))


def _candidates(text: str, folded: str, today: date, past: bool, day_first: bool) -> Iterator[Found[date]]:
    for pattern, rule in _RULES:
        for match in pattern.finditer(folded):
            if (day := rule(match, today, past)) is not None:
                yield found_at(text, match.start(), match.end(), day)
    for match in _SLASHED.finditer(folded):
        first, second = int(match[1]), int(match[2])
        number, month = (first, second) if day_first else (second, first)
        if month > 12:  # only one reading is possible
            number, month = month, number
        if (day := _day(today, past, match["year"], month, number)) is not None:
            yield found_at(text, match.start(), match.end(), day)


def _number(said: str) -> int:
    return int(said) if said.isdecimal() else chinese_value(said) or 0


def _day(today: date, past: bool, year: str | None, month: int, number: int) -> date | None:
    if year:
        full = _number(year)
        return _valid(full + 2000 if full < 100 else full, month, number)
    day = _valid(today.year, month, number)
    if day is None or (day < today if not past else day > today):
        # 29 February may need more than one year.
        step = -1 if past else 1
        years = range(today.year + step, today.year + 9 * step, step)
        return next((found for other in years if (found := _valid(other, month, number))), None)
    return day


def _valid(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _shifted(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _iso(match: re.Match[str], today: date, past: bool) -> date | None:
    return _valid(int(match[1]), int(match[2]), int(match[3]))


def _named_month(match: re.Match[str], today: date, past: bool) -> date | None:
    return _day(today, past, match["year"], words.MONTHS[match["month"][:3]], int(match["day"]))


def _relative(match: re.Match[str], today: date, past: bool) -> date | None:
    return _shifted(today, words.relative_day(match.group()))


def _counted(match: re.Match[str], today: date, past: bool) -> date | None:
    said = match["count"]
    count = words.COUNTS[said] if said in words.COUNTS else _number(said)
    days = count * words.unit_days(match["unit"])
    ago = "ago" in match.group() or match.group().endswith("前")
    return _shifted(today, -days if ago else days) if days < 4000 else None


def _weekday(match: re.Match[str], today: date, past: bool) -> date | None:
    """Of the week that is named, else the next or last one."""
    number = words.weekday_number(match["weekday"])
    past = past or match["which"] == "past"
    week = words.week_offset(match["which"] or "")
    if week is not None:
        return _shifted(today, number - today.weekday() + 7 * week)
    ahead = (number - today.weekday() - 1) % 7 + 1
    # Seven days ahead is today's weekday, and so is seven days back.
    return _shifted(today, (ahead - 7 or -7) if past else ahead)


def _chinese_day(match: re.Match[str], today: date, past: bool) -> date | None:
    return _day(today, past, match["year"], _number(match["month"]), _number(match["day"]))


def _day_of_month(match: re.Match[str], today: date, past: bool) -> date | None:
    """ "the 15th", 15号, 下个月5号."""
    number, which = _number(match["day"]), match["which"] or ""
    offset = words.month_offset(which)
    if offset is not None:
        return _in_month(today, offset, number)
    day = _in_month(today, 0, number)
    if day is None or (day > today if past else day < today):
        return _in_month(today, -1 if past else 1, number)
    return day


def _in_month(today: date, offset: int, number: int) -> date | None:
    months = today.year * 12 + today.month - 1 + offset
    return _valid(months // 12, months % 12 + 1, number)


_N = rf"(?:\d{{1,4}}|[{NUMERALS}]{{1,5}})"
_ORDINAL = "(?:st|nd|rd|th)"
_YEAR = r"(?:[.,]{0,2}\s+(?P<year>\d{4})\b)?"
# "I may 5 times" is no date.
_NOT_VERB = r"(?<!\bi\s)(?<!\byou\s)(?<!\bwe\s)(?<!\bit\s)(?<!\bthey\s)"
_SLASHED = re.compile(r"(?<![\w/.-])(\d{1,2})/(\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?(?![\w/-])")
_RULES: list[tuple[re.Pattern[str], _Rule]] = [
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), _iso),
    (re.compile(rf"(?:(?P<year>{_N})年)?(?P<month>{_N})月份?(?P<day>{_N})[日号號]?"), _chinese_day),
    (
        re.compile(rf"\b(?P<day>\d{{1,2}}){_ORDINAL}?\s+(?:of\s+)?(?P<month>{words.MONTH})\b{_YEAR}"),
        _named_month,
    ),
    (
        re.compile(rf"{_NOT_VERB}\b(?P<month>{words.MONTH})\b\.?\s+(?:the\s+)?(?P<day>\d{{1,2}}){_ORDINAL}?\b{_YEAR}"),
        _named_month,
    ),
    *((re.compile(pattern), _counted) for pattern in words.COUNTED),
    (re.compile(words.RELATIVE), _relative),
    *((re.compile(pattern), _weekday) for pattern in words.WEEKDAYS),
    (
        re.compile(rf"(?P<which>下个?月|这个?月|本月|上个?月)?(?<!第)(?P<day>{_N})[号號](?![楼线院室门店房题床单码])"),
        _day_of_month,
    ),
    (
        re.compile(
            rf"(?P<which>)\bthe\s+(?P<day>\d{{1,2}}){_ORDINAL}\b(?!\s+(?!(?:and|or|please|of this|instead)\b)[a-z])"
        ),
        _day_of_month,
    ),
]
