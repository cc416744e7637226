"""The words for days: months, weekdays, and days counted from today, with their common misspellings."""

import re

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
MONTH = (
    "jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)

_RELATIVE = (
    (r"\bday after tom+or+ow\b", 2),
    (r"\bday before yesterday\b|前天", -2),
    (r"大后天", 3),
    (r"后天", 2),
    (r"\btom+or+ow\b|\btmrw?\b|\btmw\b|明天|明日", 1),
    (r"\byester?day\b|昨天|昨日", -1),
    (r"\btoday\b|\btonight\b|今天|今日|今晚", 0),
)
RELATIVE = "|".join(pattern for pattern, _ in _RELATIVE)

COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14,
}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})\s+(?P<unit>days?|weeks?)\b"
COUNTED = (
    rf"\bin\s+{_COUNT}",
    rf"\b{_COUNT}\s+(?:from\s+(?:now|today)|ago|later)\b",
    r"(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})(?P<unit>天|周|个?星期|个?礼拜)(?:之|以)?[后前]",
)
_WEEK_UNITS = ("week", "周", "星期", "礼拜")

_WEEKDAYS = {
    0: "monday mondya munday",
    1: "tuesday tuseday teusday tuesdya",
    2: "wednesday wednsday wensday wendesday wedensday wednesdya",
    3: "thursday thrusday thirsday thursady",
    4: "friday firday fridya",
    5: "saturday saterday satruday saturdya",
    6: "sunday sundya",
}
# Also ordinary words: they name a day only after a word that calls for one.
_SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_HAN_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_NUMBERS = {form: number for number, forms in _WEEKDAYS.items() for form in forms.split()} | _SHORT | _HAN_WEEKDAYS
_LONG_FORM = "|".join(form for forms in _WEEKDAYS.values() for form in forms.split())
_WHICH = r"(?P<which>next|this|last|coming|past)\s+"
WEEKDAYS = (
    rf"\b(?:{_WHICH})?(?P<weekday>{_LONG_FORM})s?\b",
    rf"\b(?:{_WHICH}|(?:on|by|until|till|before)\s+)(?P<weekday>{'|'.join(_SHORT)})\b",
    r"(?P<which>下下个?|下个?|这个?|本|上上个?|上个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])",
)


def relative_day(words: str) -> int:
    """Days from today for something that RELATIVE matched."""
    return next(days for pattern, days in _RELATIVE if re.fullmatch(pattern, words))


def unit_days(unit: str) -> int:
    """Days in a unit that COUNTED matched."""
    return 7 if any(word in unit for word in _WEEK_UNITS) else 1


def weekday_number(word: str) -> int:
    """0 for Monday."""
    return _NUMBERS[word]


def week_offset(which: str) -> int | None:
    """Which calendar week, 0 being this one; None if none was named."""
    if which in ("", "coming", "past"):
        return None
    if which[0] in "下上":
        return (1 if which[0] == "下" else -1) * which.count(which[0])
    return {"next": 1, "last": -1}.get(which, 0)


def month_offset(which: str) -> int | None:
    """Which calendar month, 0 being this one; None if none was named."""
    if not which:
        return None
    return {"下": 1, "上": -1}.get(which[0], 0)
