"""Arguments in a customer's words: by form, by cue, by name, as a whole answer."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.fixtures.understanding import NOW

from careline.tenants.model import ArgumentSpec
from careline_classifier.domain.arguments import find_all
from careline_classifier.domain.masking import Masker
from careline_classifier.domain.matching import match_known
from careline_classifier.domain.values import Looked, Strength, find, types_in

pytestmark = pytest.mark.unit

MASKER = Masker(["please change my school to", "add a school in an area"])
BERLIN = ZoneInfo("Europe/Berlin")


def spec(kind: str, **more: Any) -> ArgumentSpec:
    return ArgumentSpec.model_validate({"type": kind, "label": "x", "ask": "?", **more})


def look(text: str, known: tuple[str, ...] = (), answer: bool = False) -> Looked:
    return Looked(text, NOW, BERLIN, tuple(MASKER.names(text)), known, MASKER.common, answer)


def value(argument: ArgumentSpec, text: str, known: tuple[str, ...] = (), answer: bool = False) -> object:
    looked = look(text, known, answer)
    by_form = find(argument, looked, Strength.KNOWN)
    found = find_all({"x": argument}, {"x": looked}, {"x": by_form} if by_form else {})
    if "x" in found:
        assert text[found["x"].start : found["x"].end] == found["x"].text
    return found["x"].value if "x" in found else None


@pytest.mark.parametrize(
    ("argument", "text", "expected"),
    [
        (spec("integer"), "into 8.", 8),
        (spec("integer"), "make it 12, sorry, 21", 21),
        (spec("integer"), "from 5 to 8", 8),
        (spec("integer"), "第八题", 8),
        (spec("integer"), "cancel LL-10023", None),
        (spec("integer", cues={"en": ["limit"]}), "for my 3 classes a limit of 40", 40),
        (spec("money"), "refund me 7.50 EUR", "7.5"),
        (spec("identifier", pattern=r"LL-\d{5}"), "where is ll 10023?", "LL-10023"),
        (spec("email"), "it is Ada@Example.org now", "Ada@example.org"),
        (spec("date"), "deliver it on 12 November", "2026-11-12"),
        (spec("date"), "请明天送", "2026-11-03"),
        (spec("enum", values={"home": {"en": ["home"], "zh": ["家"]}}), "send it home", "home"),
        (spec("text", cues={"en": ["my name is"]}), "my name is Name240393 and I mark 5", "Name240393"),
        (spec("text", cues={"en": ["called"]}, max_length=3), "called Andy", None),
        (spec("text", pattern=r"[A-Z]\w+"), "about Andy", "Andy"),
        (
            spec("address", cues={"en": ["to"]}),
            "send it to Gartenstraße 7, 01099 Dresden",
            "Gartenstraße 7, 01099 Dresden",
        ),
    ],
)
def test_a_value_is_found_by_its_kind(argument: ArgumentSpec, text: str, expected: object) -> None:
    assert value(argument, text) == expected


SCHOOL = spec("lookup", table="school", column="name", cues={"en": ["school named", "school to", "to"]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change my school to schoolname000001", "schoolname000001"),
        ("I am at SCHOOLNAME000001 now", "schoolname000001"),
        ("the school named Nowhere", "Nowhere"),
        ("I would like my school to be changed", None),
        ("I moved, it's Greenfield", "Greenfield"),
    ],
)
def test_a_look_up_knows_its_values_and_takes_others_as_said(text: str, expected: str | None) -> None:
    assert value(SCHOOL, text, ("schoolname000001", "Hill School")) == expected


def test_a_misspelt_known_value_is_meant_where_the_pack_allows_it() -> None:
    fuzzy = SCHOOL.model_copy(update={"fuzzy": True})
    assert value(fuzzy, "the school named Hil Scholl", ("Hill School",)) == "Hill School"
    assert value(SCHOOL, "the school named Hil Scholl", ("Hill School",)) == "Hil Scholl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two wax candles came with it, I am returning them", ["Wax Candle"]),
        ("the wolen throw itches, take it back", ["Woollen Throw"]),
        ("I want to give the set of cups no 7 back", []),
        ("the wax is dry and the candle is bent", []),
    ],
)
def test_several_of_a_known_thing_and_slips_are_found_anywhere(text: str, expected: list[str]) -> None:
    known = ("Wax Candle", "Woollen Throw", "Cups No 8")
    assert [one.value for one in match_known(text, (), known, fuzzy=True)] == expected
    assert match_known(text, (), known, fuzzy=False) == []


def test_an_answer_needs_no_cue() -> None:
    name = spec("text", cues={"en": ["my name is"]})
    assert value(name, "it's maria stone, thanks") is None
    assert value(name, "it's maria stone, thanks", answer=True) == "maria stone"


def test_a_name_goes_to_the_only_argument_that_is_left() -> None:
    specs = {"school": spec("text", cues={"en": ["named"]}), "area": spec("lookup", cues={"en": ["in the area"]})}
    text = "add a school named Alpha"
    looked = {name: look(text, ("Berlin",)) for name in specs}
    assert {name: one.value for name, one in find_all(specs, looked, {}).items()} == {"school": "Alpha"}
    both = "add Alpha please, Beta too"
    assert find_all(specs, {name: look(both) for name in specs}, {}) == {}


def test_two_arguments_never_share_words() -> None:
    specs = {
        "school": spec("text", cues={"en": ["school", "named"]}),
        "area": spec("lookup", cues={"en": ["in", "school"]}),
    }
    text = "add the school Alpha in Berlin"
    looked = {name: look(text, ("Berlin",)) for name in specs}
    known = find(specs["area"], looked["area"], Strength.KNOWN)
    assert known is not None
    assert {n: v.value for n, v in find_all(specs, looked, {"area": known}).items()} == {
        "area": "Berlin",
        "school": "Alpha",
    }


def test_types_that_stand_in_a_text() -> None:
    assert types_in("mail a@b.de", NOW, BERLIN) == {"email"}
    assert types_in("pay back 20 EUR on 12 November 2026", NOW, BERLIN) == {"money", "date"}
    assert types_in("change it to 8", NOW, BERLIN) == frozenset()
