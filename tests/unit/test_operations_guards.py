"""Cooling-off and rate limits as pure decisions, and durations as packs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.fixtures.library import library_pack

from careline.operations.guards import Past, decide_guards
from careline.operations.rules import Proceed, Refused
from careline.operations.situation import Situation
from careline.operations.wording import Wording
from careline.tenants.durations import read_duration
from careline.tenants.model import CoolingOff, RateLimit, Words

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HERE = Situation(now=NOW, today=date(2026, 11, 1), customer="M-1")
WEEK = CoolingOff(period=timedelta(days=7), same=(), reason="too_soon", say=Words("{{ past.again | day }}"))
TWICE = RateLimit(times=2, per=timedelta(hours=24), reason="too_often", say=Words("{{ past.again | clock }}"))


def decided(past: Past, **guards: Any) -> tuple[object, Situation]:
    operation = library_pack().operations["set_email"].model_copy(update=guards)
    return decide_guards(library_pack(), operation, HERE, past)


def ago(**how_long: float) -> datetime:
    return NOW - timedelta(**how_long)


@pytest.mark.parametrize(
    ("last", "refused"),
    [(None, False), (ago(days=6), True), (ago(days=7, seconds=-1), True), (ago(days=7), False), (ago(days=8), False)],
)
def test_cooling_off_ends_to_the_second(last: datetime | None, refused: bool) -> None:
    decision, _ = decided(Past(last), cooling_off=WEEK)
    assert isinstance(decision, Refused if refused else Proceed)


@pytest.mark.parametrize(
    ("times", "refused"),
    [
        ((), False),
        ((ago(hours=1),), False),
        ((ago(hours=1), ago(hours=23)), True),
        ((ago(hours=1), ago(hours=24)), False),
        ((ago(hours=1), ago(hours=2), ago(hours=23)), True),
    ],
)
def test_a_limit_counts_what_lies_within_its_period(times: tuple[datetime, ...], refused: bool) -> None:
    decision, _ = decided(Past(times=times), rate_limit=TWICE)
    assert isinstance(decision, Refused if refused else Proceed)


def test_a_refusal_says_from_when_on_in_the_businesss_time() -> None:
    decision, situation = decided(Past(times=(ago(hours=1), ago(hours=23))), rate_limit=TWICE)
    assert isinstance(decision, Refused)
    assert decision.reason == "too_often"
    # 13:00 UTC is when the older one is a day old; the library is in Berlin.
    assert Wording(library_pack(), "en", situation).plain(decision.words) == "14:00"


def test_without_a_guard_the_words_know_nothing_of_a_past() -> None:
    decision, situation = decided(Past(last=NOW))
    assert (decision, "past" in situation.scope()) == (Proceed(), False)


def test_cooling_off_goes_before_the_limit() -> None:
    decision, _ = decided(Past(ago(days=1), (NOW, NOW)), cooling_off=WEEK, rate_limit=TWICE)
    assert isinstance(decision, Refused)
    assert decision.reason == "too_soon"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P7D", timedelta(days=7)),
        ("PT30M", timedelta(minutes=30)),
        ("P1DT12H", timedelta(hours=36)),
        ("P2W", timedelta(weeks=2)),
        ("PT90S", timedelta(seconds=90)),
    ],
)
def test_a_duration_is_read(text: str, length: timedelta) -> None:
    assert read_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "7", "P1M", "P1Y", "PT-5M", "P7DT", "p7d", "P0D", "P99999999999D", "P1W2D", 7, None]
)
def test_what_is_no_duration_is_named(text: Any) -> None:
    with pytest.raises(ValueError, match=r"is no duration|is out of bounds"):
        read_duration(text)


def test_guards_survive_the_published_document() -> None:
    pack = library_pack()
    again = type(pack).model_validate(pack.document())
    assert again.operations["defer_loan"].cooling_off == pack.operations["defer_loan"].cooling_off
    same = again.operations["ask_for_card"].cooling_off
    assert same is not None
    assert same.same == ("kind", "why")
