"""Yes, no, or something else; and the language of it all."""

from __future__ import annotations

import pytest
from tests.fixtures.library import library_pack
from tests.fixtures.understanding import LetterEncoder, library_mind, said_before, says

from careline.contracts.understanding import Confirmation
from careline_classifier.domain.examples import examples_of
from careline_classifier.domain.intents import GUIDE, Intent, operation
from careline_classifier.domain.languages import language_of

pytestmark = pytest.mark.unit

YES, NO = Confirmation.YES, Confirmation.NO


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", YES),
        ("Yes, please!", YES),
        ("Go ahead, thanks", YES),
        ("好的。", YES),
        ("No.", NO),
        ("leave it please", NO),
        ("不用了，谢谢", NO),
        ("取消", NO),
        ("yes and also cancel the other", None),
        ("how long does it take", None),
        ("", None),
    ],
)
def test_the_pack_s_own_words_are_known_whatever_politeness_is_around_them(
    text: str, expected: Confirmation | None
) -> None:
    assert library_mind().answers.exact(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no, make it 12", (NO, "make it 12")),
        ("Yes but by 14 days", (YES, "but by 14 days")),
        ("好的，改成14天", (YES, "改成14天")),
        ("maybe tomorrow", None),
    ],
)
def test_an_answer_may_go_on(text: str, expected: tuple[Confirmation, str] | None) -> None:
    assert library_mind().answers.leading(text) == expected


def test_other_words_are_read_by_their_likeness_and_long_texts_are_no_answers() -> None:
    answers, encoder = library_mind().answers, LetterEncoder()
    assert answers.read("please do", encoder.encode("please do")) is YES
    story = "yes I once had a very long story to tell you about all the books"
    assert answers.read(story, encoder.encode(story)) is None


@pytest.mark.parametrize(
    ("text", "history", "declared", "expected"),
    [
        ("where is my book", (), None, "en"),
        ("我的书在哪里", (), None, "zh"),
        ("ML-1001", ("我要还书",), None, "zh"),
        ("ok", ("我要还书",), None, "zh"),
        ("where is my book", ("我要还书",), None, "en"),
        ("ML-1001", (), None, "en"),
        ("donde esta mi libro", (), None, "en"),
        ("where is my book", (), "zh", "zh"),
        ("where is my book", (), "fr", "en"),
    ],
)
def test_the_language_is_declared_or_seen_or_inherited(
    text: str, history: tuple[str, ...], declared: str | None, expected: str
) -> None:
    turn = says(text, history=tuple(map(said_before, history)), language=declared)
    assert language_of(turn, library_pack().tenant.languages) == expected


def test_every_kind_of_example_is_learnt_and_slots_are_filled() -> None:
    examples = examples_of(library_pack())
    texts = {(example.text, example.intent) for example in examples}
    assert ("return loan ML-1001", operation("return_book")) in texts
    assert ("how do I return a book?", GUIDE) in texts
    assert ("extend ML-1002 by 14 days", operation("extend_loan")) in texts
    assert not any("{loan}" in example.text for example in examples)
    assert {example.intent.route for example in examples} == set(type(GUIDE.route))


def test_labels_are_read_back() -> None:
    for intent in {example.intent for example in examples_of(library_pack())}:
        assert Intent.parse(intent.label) == intent


def test_the_reflex_knows_its_own_examples() -> None:
    mind, encoder = library_mind(), LetterEncoder()
    right = 0
    examples = examples_of(library_pack())
    for example in examples:
        masked = mind.reflex.mask(example.text)
        found = mind.reflex.read(masked, encoder.encode(masked))
        assert found.similarity(example.intent.whole) > 0.99
        assert sum(scored.score for scored in found.ranking) == pytest.approx(1.0)
        right += found.ranking[0].intent == example.intent.whole
    assert right >= 0.95 * len(examples)
