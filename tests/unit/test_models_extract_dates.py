"""Days, absolute and relative, seen from Wednesday, 6 May 2026."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from careline.models.extract import dates

pytestmark = pytest.mark.unit

NOW = datetime(2026, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today or tonight", ["2026-05-06", "2026-05-06"]),
        ("Tomorrow", ["2026-05-07"]),
        ("tommorow, tomorow, tmr", ["2026-05-07"] * 3),
        ("the day after tomorrow", ["2026-05-08"]),
        ("yesterday", ["2026-05-05"]),
        ("next Monday", ["2026-05-11"]),
        ("this friday", ["2026-05-08"]),
        ("last Tuesday", ["2026-04-28"]),
        ("Friday", ["2026-05-08"]),
        ("on wed", ["2026-05-13"]),
        ("next thrusday", ["2026-05-14"]),
        ("he sat in the sun", []),
        ("in 3 days", ["2026-05-09"]),
        ("in two weeks", ["2026-05-20"]),
        ("a week ago", ["2026-04-29"]),
        ("3 May", ["2027-05-03"]),
        ("3rd of May 2026", ["2026-05-03"]),
        ("May 7", ["2026-05-07"]),
        ("Sept. 5th, 2026", ["2026-09-05"]),
        ("may I have 5", []),
        ("you may 5 times", []),
        ("2026-05-03", ["2026-05-03"]),
        ("2026/5/3", ["2026-05-03"]),
        ("3/5/2026", ["2026-05-03"]),
        ("12/25", ["2026-12-25"]),
        ("the 15th, please", ["2026-05-15"]),
        ("the 5th", ["2026-06-05"]),
        ("the 3rd parcel", []),
        ("31 April", []),
        ("29 February", ["2028-02-29"]),
        ("2026-02-30", []),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert [one.value.isoformat() for one in dates(text, NOW)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天还是明天", ["2026-05-06", "2026-05-07"]),
        ("后天,大后天", ["2026-05-08", "2026-05-09"]),
        ("前天", ["2026-05-04"]),
        ("下周一", ["2026-05-11"]),
        ("下下周一", ["2026-05-18"]),
        ("这周三", ["2026-05-06"]),
        ("上周日", ["2026-05-03"]),
        ("周五", ["2026-05-08"]),
        ("星期天", ["2026-05-10"]),
        ("5月3日", ["2027-05-03"]),
        ("2026年5月3号", ["2026-05-03"]),
        ("六月十五日", ["2026-06-15"]),
        ("15号送来", ["2026-05-15"]),
        ("下个月5号", ["2026-06-05"]),
        ("3号楼,第3号", []),
        ("三天后", ["2026-05-09"]),
        ("两周前", ["2026-04-22"]),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert [one.value.isoformat() for one in dates(text, NOW)] == expected


def test_today_depends_on_the_zone() -> None:
    late = datetime(2026, 5, 6, 22, tzinfo=UTC)
    assert dates("today", late)[0].value == date(2026, 5, 6)
    assert dates("today", late, ZoneInfo("Asia/Shanghai"))[0].value == date(2026, 5, 7)


def test_past_days() -> None:
    def past(text: str) -> str:
        return dates(text, NOW, past=True)[0].value.isoformat()

    assert past("I ordered on Friday") == "2026-05-01"
    assert past("Wednesday") == "2026-04-29"
    assert past("3 May") == "2026-05-03"
    assert past("December 24") == "2025-12-24"
    assert past("the 15th") == "2026-04-15"


def test_month_first_reading() -> None:
    assert dates("3/5/2026", NOW, day_first=False)[0].value == date(2026, 3, 5)
    assert dates("13/5/2026", NOW, day_first=False)[0].value == date(2026, 5, 13)


def test_days_know_their_place() -> None:
    text = "Please move it from next Monday to 8 May."
    assert [(one.text, text[one.start : one.end]) for one in dates(text, NOW)] == [
        ("next Monday", "next Monday"),
        ("8 May", "8 May"),
    ]


def test_days_beyond_the_calendar_are_not_found() -> None:
    assert dates("in 3 weeks", datetime(9999, 12, 31, tzinfo=UTC)) == []
