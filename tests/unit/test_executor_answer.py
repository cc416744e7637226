"""Extractive answers: whole when short, the nearest sentences when long, nothing when nothing is near."""

from __future__ import annotations

import pytest

from careline.contracts.evidence import Passage
from careline.tenants.model import GuideBounds
from careline_executor.domain.answer import answer, cited, fits, with_notes
from careline_executor.domain.extracting import extract, read_question

pytestmark = pytest.mark.unit

BOUNDS = GuideBounds(min_similarity=0.35, max_chars=120)
LONG = (
    "Parcels leave our warehouse on working days. Delivery takes two to four days. "
    "You may return a lamp within 30 days. The refund is paid within a week. Engraved lamps cannot be returned."
)


def passage(name: str, text: str, similarity: float = 0.8, score: float = 0.8, title: str = "") -> Passage:
    return Passage(
        id=name, document="d", version="1", language="en", title=title, text=text, similarity=similarity, score=score
    )


def test_a_short_passage_is_quoted_whole() -> None:
    draft = answer("how long is delivery", [passage("d#1", "Delivery takes two days.")], BOUNDS)
    assert draft is not None
    assert draft.text == "Delivery takes two days."
    assert [(c.passage, c.quote) for c in draft.citations] == [("d#1", "Delivery takes two days.")]


def test_of_a_long_passage_the_sentences_nearest_the_question_in_their_order() -> None:
    quotes = extract(read_question("Is the refund paid when I return an engraved lamp?"), LONG, 120)
    assert "".join(quotes) in LONG
    assert "The refund is paid within a week." in quotes[0]
    assert "warehouse" not in " ".join(quotes)
    assert all(quote in LONG for quote in quotes)
    assert sum(map(len, quotes)) <= 120


def test_sentences_apart_are_quotes_apart() -> None:
    quotes = extract(read_question("warehouse working; engraved"), LONG, 85)
    assert quotes == ["Parcels leave our warehouse on working days.", "Engraved lamps cannot be returned."]


def test_a_single_long_sentence_stays_whole() -> None:
    sentence = "word " * 60 + "end."
    assert extract(read_question("anything"), sentence, 50) == [sentence.strip()]


def test_chinese_sentences_are_told_apart() -> None:
    text = "包裹在工作日发出。送货需要两到四天。灯具可在三十天内退货。退款在一周内支付。"
    assert extract(read_question("退款什么时候支付"), text, 20) == ["退款在一周内支付。"]


@pytest.mark.parametrize(
    ("similarity", "score", "text", "near"),
    [
        (0.36, 0.0, "x", True),
        (0.1, 0.36, "x", True),
        (0.1, 0.1, "You can return lamps within 30 days", True),
        (0.1, 0.1, "Lamps are bright", False),
        (0.34, 0.34, "x", False),
    ],
)
def test_near_by_meaning_or_by_words(similarity: float, score: float, text: str, near: bool) -> None:
    assert fits("may I return a lamp", passage("d#1", text, similarity, score), BOUNDS) is near


def test_one_word_in_common_is_no_answer() -> None:
    assert not fits("lamps?", passage("d#1", "Lamps are bright", 0.1, 0.1), BOUNDS)


def test_nothing_near_is_no_answer() -> None:
    assert answer("what is the weather", [passage("d#1", "Delivery takes two days.", 0.1, 0.1)], BOUNDS) is None
    assert answer("anything", [], BOUNDS) is None


def test_the_passage_that_was_turned_down_is_not_tried_again() -> None:
    passages = [passage("d#1", "First.", score=0.9), passage("d#2", "Second.", score=0.5)]
    draft = answer("x", passages, BOUNDS, rejected={"d#1"})
    assert draft is not None
    assert draft.text == "Second."
    assert answer("x", passages, BOUNDS, rejected={"d#1", "d#2"}) is None


def test_two_that_are_equally_near_are_both_given_when_short() -> None:
    near = [passage("d#1", "First.", score=0.80), passage("d#2", "Second.", score=0.79)]
    both = answer("x", near, BOUNDS)
    assert both is not None
    assert both.text == "First.\nSecond."
    assert [citation.passage for citation in both.citations] == ["d#1", "d#2"]
    apart = [near[0], passage("d#2", "Second.", score=0.5)]
    one = answer("x", apart, BOUNDS)
    assert one is not None
    assert one.text == "First."
    long = [passage("d#1", "a" * 80, score=0.80), passage("d#2", "b" * 80, score=0.79)]
    first = answer("x", long, BOUNDS)
    assert first is not None
    assert [citation.passage for citation in first.citations] == ["d#1"]


def test_notes_come_first() -> None:
    draft = answer("x", [passage("d#1", "First.")], BOUNDS)
    assert draft is not None
    assert cited(draft) == ("d#1",)
    assert with_notes(draft, ("You are blocked.",)).text == "You are blocked.\nFirst."
    assert with_notes(draft, ()) == draft


TIMES = (
    "Parcels within Germany arrive two to four working days after you order. "
    "We pack everything by hand. Swiss parcels are cleared by customs."
)


def test_of_a_short_passage_what_answers_the_question() -> None:
    quotes = extract(read_question("How many working days does a parcel inside Germany need?"), TIMES, 900)
    assert quotes == ["Parcels within Germany arrive two to four working days after you order."]


@pytest.mark.parametrize(
    "question",
    [
        "Tell me about delivery",
        "How do I order?",
        "Where do you deliver?",
        "How long does it take, and what does the customs do?",
        "How much is delivery?",  # nothing in it has a price
    ],
)
def test_nothing_is_left_out_where_nothing_speaks_for_it(question: str) -> None:
    assert extract(read_question(question), TIMES, 900) == [TIMES]


def test_what_qualifies_an_answer_stays_with_it() -> None:
    text = "A refund takes five days. It may take longer over Easter. Refunds are paid in euro."
    assert extract(read_question("How long does a refund take?"), text, 900) == [text[: text.index(" Refunds")]]


def test_steps_of_a_long_passage_are_told_from_the_first_one_on() -> None:
    text = "Open the app. Choose your paper. Press send. You can press cancel to upload the paper again."
    quotes = extract(read_question("How do I upload a paper?"), text, 45)
    assert quotes == ["Open the app. Choose your paper. Press send."]


def test_a_question_of_yes_or_no_gets_one_in_front() -> None:
    text = "You can pay by PayPal. We do not take cheques."
    yes = answer("Is PayPal fine?", [passage("p#1", text, title="Payment")], BOUNDS)
    assert yes is not None
    assert yes.text == f"Yes. {text}"
    assert [citation.quote for citation in yes.citations] == [text]
    no = answer("Do you take cheques?", [passage("p#1", text, title="Payment")], BOUNDS)
    assert no is not None
    assert no.text == f"No. {text}"
    neither = answer("Do you take shells?", [passage("p#1", text, title="Payment")], BOUNDS)
    assert neither is not None
    assert neither.text == text


@pytest.mark.parametrize(
    ("question", "text", "known"),
    [
        ("How much is engraving?", "Engraving costs 12 EUR.", True),
        ("How much is engraving?", "Engraving is done by hand in Leipzig.", False),
        ("刻字多少钱", "刻字由手工完成。", False),
        ("How long does engraving take?", "Engraving takes five days.", True),
        ("How long is the cable?", "The cable measures 120 cm.", True),
        ("How long does engraving take?", "Engraving is done by hand in Leipzig.", False),
        ("Tell me about engraving", "Engraving is done by hand in Leipzig.", True),
    ],
)
def test_a_passage_without_what_is_asked_for_is_no_answer(question: str, text: str, known: bool) -> None:
    assert (answer(question, [passage("d#1", text)], BOUNDS) is not None) is known


def test_the_next_passage_answers_where_the_first_cannot() -> None:
    hand, price = passage("d#1", "Engraving is done by hand."), passage("d#2", "Engraving costs 12 EUR.", score=0.7)
    found = answer("How much is engraving?", [hand, price], BOUNDS)
    assert found is not None
    assert cited(found) == ("d#2",)
    far = price.model_copy(update={"score": 0.6})
    assert answer("How much is engraving?", [hand, far], BOUNDS) is None
