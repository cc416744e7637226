"""What the wording of a message is worth for each intent."""

from __future__ import annotations

import pytest

from careline.models.forms import form_of
from careline_classifier.domain.examples import Example
from careline_classifier.domain.habits import Habits
from careline_classifier.domain.intents import GUIDE, Intent, operation

pytestmark = pytest.mark.unit

JOIN, LEAVE = operation("join"), operation("leave")
TEXTS: dict[Intent, tuple[str, ...]] = {
    JOIN: ("put me on the list", "please send me the letter", "sign me up", "I want the letter"),
    LEAVE: ("take me off the list", "stop the letter", "no more letters", "remove me please"),
    GUIDE: ("what is the letter about?", "how often does it come", "is it free?", "when does it come out"),
}
HABITS = Habits(Example(text, intent, text) for intent, texts in TEXTS.items() for text in texts)


def factors(text: str) -> dict[Intent, float]:
    return dict(HABITS.factors(form_of(text), text))


def test_an_end_speaks_for_what_is_usually_an_end() -> None:
    found = factors("drop me from the list")
    assert found[LEAVE] > 1 > found[JOIN]


def test_a_question_speaks_for_what_is_usually_asked() -> None:
    found = factors("which letters are there?")
    assert found[GUIDE] > 1 > max(found[JOIN], found[LEAVE])


def test_nothing_is_known_of_a_script_without_examples() -> None:
    assert factors("把我从名单里去掉") == {}


def test_fillings_of_one_example_count_once() -> None:
    often = [Example(f"take {n} off the list", JOIN, "take {n} off the list") for n in range(50)]
    known = [Example(text, intent, text) for intent, texts in TEXTS.items() for text in texts]
    found = Habits([*known, *often]).factors(form_of("stop the letter"), "stop the letter")
    assert found[LEAVE] > found[JOIN]
