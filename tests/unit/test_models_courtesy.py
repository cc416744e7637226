"""What stands around a request is taken away without moving the request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.courtesy import hushed, without_pictures

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi, Emma Schmidt here. May I pay later?", "May I pay later?"),
        ("Hi, Ada here. May I pay later?", "May I pay later?"),
        ("this is Ada speaking: may I pay later?", "may I pay later?"),
        ("Mr Miller here. May I pay later?", "May I pay later?"),
        ("Dear Sir or Madam, may I pay later?", "may I pay later?"),
        ("Hey guys, may I pay later? Thanks!", "may I pay later?"),
        ("Sorry to bother you. Good evening", "Good evening"),
        ("你好，can I pay later? 谢谢", "can I pay later?"),
        ("我是张女士，积分会过期吗，谢谢你们", "积分会过期吗"),
        ("我是阿卜杜拉，积分会过期吗", "积分会过期吗"),
        ("請問積分會過期嗎，謝謝", "積分會過期嗎"),
        ("尊敬的客服：你是真人吗", "你是真人吗"),
        ("Hi，积分会过期吗 thanks", "积分会过期吗"),
        ("嗯 may I pay later?", "may I pay later?"),
        ("拜托 may I pay later?", "may I pay later?"),
        ("Um, may I pay later?", "may I pay later?"),
        ("Okay, hm, may I pay later?", "may I pay later?"),
        ("嗯，积分会过期吗", "积分会过期吗"),
    ],
)
def test_courtesies_are_taken_away_where_they_stand(text: str, rest: str) -> None:
    quiet = hushed(text)
    assert quiet.strip() == rest
    assert quiet.index(rest) == text.index(rest)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "thank you",
        "no thanks",
        "谢谢",
        "您好！",
        "我是会员，有优惠吗",  # says something
        "我是新用户，有优惠吗",
        "我叫了快递，没人来",
        "Hi-res lamp",
        "Well made lamps?",
        "Umbrella stands?",
        "嗯",
        "好的",
        "ok",
        "Lamp here, box empty",
        "Moonrise Lamp here arrived broken",
        "亲戚送的灯坏了",
        "Is Emma here?",
        "🙂",
        "",
        "   ",
    ],
)
def test_what_says_something_stays(text: str) -> None:
    assert hushed(text).strip() == text.strip()
    assert without_pictures(text) == text


def test_pictures_are_taken_away_but_not_when_there_is_nothing_else() -> None:
    assert without_pictures("where is it 🙏?") == "where is it  ?"


@given(st.text())
def test_nothing_moves(text: str) -> None:
    quiet = hushed(text)
    assert len(quiet) == len(text)
    assert all(now in (before, " ") for now, before in zip(quiet, text, strict=True))
