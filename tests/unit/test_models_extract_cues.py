"""Free text and addresses after cue words."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careline.models.extract import addresses, after_cues, integers, near_cues

pytestmark = pytest.mark.unit

NAME = ["my name is", "name is", "called", "named", "name to", "school to", "school", "to", "into"]
NAME_ZH = ["我叫", "名字是", "名字改成", "改成"]
ADDRESS = ["address to", "address is", "ship it to", "to", "地址改为", "地址是", "寄到"]


def first(text: str, cues: Sequence[str]) -> str | None:
    found = after_cues(text, cues)
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hi, my name is Ann Lee and I want a badge", "Ann Lee"),
        ("my name is: Ann-Marie O'Neil, thanks", "Ann-Marie O'Neil"),
        ("MY NAME IS ANN", "ANN"),
        ("a clerk called Bob who works nights", "Bob"),
        ("please change the name to Bob Stone please", "Bob Stone"),
        ("change my school to the School of Arts and Sciences", "School of Arts and Sciences"),
        ("change my school to The Grange now", "The Grange"),
        ('it should be named "Blue, or Green and my dog"', "Blue, or Green and my dog"),
        ("the dog is called 'Rex' since May", "Rex"),
        ("move my school into Riverside High. It is closer.", "Riverside High"),
        ("my name is Ann\nplease hurry", "Ann"),
        ("I want to change my school", None),
        ("my name is", None),
        ("renamed Bob", None),
        ("I'd like to", None),
    ],
)
def test_english_values(text: str, value: str | None) -> None:
    assert first(text, NAME) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("你好,我叫张三,请帮我登记", "张三"),
        ("我的名字是李小龙。", "李小龙"),
        ("把名字改成王五吧", "王五"),
        ("名字改成“赵六,小”可以吗", "赵六,小"),
        ("我叫张三的订单", "张三"),
        ("改成 Ann Lee 谢谢", "Ann Lee"),
        ("我叫什么", "什么"),
    ],
)
def test_chinese_values(text: str, value: str | None) -> None:
    assert first(text, NAME_ZH) == value


def test_better_cues_come_first_and_spans_do_not_overlap() -> None:
    text = "to Berlin, my name is Ann Lee"
    assert [one.value for one in after_cues(text, NAME)] == ["Ann Lee", "Berlin"]


def test_several_values() -> None:
    assert [one.value for one in after_cues("one named Ann, one named Bob", ["named"])] == ["Ann", "Bob"]


def test_long_values_are_cut() -> None:
    (found,) = after_cues("my name is " + "very " * 30, ["my name is"], max_words=3)
    assert found.value == "very very very"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Change my address to 12 Main St. Apt 4, Springfield, IL 62701. Thanks!",
         "12 Main St. Apt 4, Springfield, IL 62701"),
        ("my new address is 4 Rose Lane, London and please cancel the other", "4 Rose Lane, London"),
        ("ship it to P.O. Box 7, Leeds instead", "P.O. Box 7, Leeds"),
        ("the address is: Flat 2, 9 Hill Road", "Flat 2, 9 Hill Road"),
        ("请把地址改为上海市浦东新区世纪大道100号5楼,谢谢", "上海市浦东新区世纪大道100号5楼"),
        ("寄到北京市海淀区中关村大街1号,然后告诉我", "北京市海淀区中关村大街1号"),
        ("ship it to me", None),
        ("change it to red", None),
        ("can you change my address to", None),
    ],
)  # fmt: skip
def test_addresses(text: str, value: str | None) -> None:
    found = addresses(text, ADDRESS)
    assert (found[0].value if found else None) == value


def test_numbers_near_a_cue_come_first() -> None:
    text = "I have 3 dogs, set the limit to 40 for 2 weeks"
    assert [one.value for one in near_cues(text, integers(text), ["limit"])] == [40, 2, 3]
    assert [one.value for one in near_cues(text, integers(text), ["limit"], reach=10)] == [40, 3, 2]
    assert [one.value for one in near_cues(text, integers(text), ["nothing"])] == [3, 40, 2]


@given(st.text(alphabet="ab to,.'\"“”the and my 改成张的吧1St\n", max_size=60))
def test_values_stand_where_they_say(text: str) -> None:
    for one in [*after_cues(text, NAME + NAME_ZH), *addresses(text, ADDRESS)]:
        assert one.text == text[one.start : one.end] == one.value
        assert one.text == one.text.strip() != ""
