"""A turn in a token budget: what is kept, what is told in fewer words, what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careline.llm import Material, Past, fit
from careline.llm.budget import shortened
from careline.llm.errors import PromptTooLarge
from careline.llm.marking import mark
from careline.llm.tokens import estimate_tokens

pytestmark = pytest.mark.unit

FACTS = {"tier": "gold", "points": "120"}
PENDING = "cancel_order: waiting for yes or no about LL-10023"
CHAT = tuple(
    Past(
        f"Question {n} about candle number {n}. I like its colour very much and my aunt does, too.",
        f"Answer {n}. The candle {n} burns for forty hours. We are glad that you and your aunt like it so much.",
    )
    for n in range(20)
)
PARCEL = Past("Where is the parcel with order LL-77?", "The parcel LL-77 was sent on Monday.")


def test_with_room_nothing_is_left_out_and_still_only_what_matters_is_word_for_word() -> None:
    fitted = fit(Material("the parcel?", FACTS, PENDING, (("g#1", "Two days."),), (PARCEL, CHAT[0], CHAT[1])), 5000)
    assert (fitted.verbatim, fitted.summarised, fitted.left_out) == (2, 1, 0)
    assert 'id="g#1"' in fitted.passages


def test_facts_and_the_pending_operation_survive_every_budget_that_holds_them() -> None:
    material = Material("When will my parcel come?", FACTS, PENDING, (("g#1", "x " * 500),), (PARCEL, *CHAT))
    least = estimate_tokens("".join(fit(Material(material.question, FACTS, PENDING), 10_000).variables().values()))
    for limit in (least + 2, 150, 400, 1000):
        fitted = fit(material, limit)
        assert 'name="tier">gold<' in fitted.facts
        assert 'name="points">120<' in fitted.facts
        assert "LL-10023" in fitted.pending
        assert "parcel come" in fitted.question


def test_what_bears_on_the_question_is_kept_before_what_is_recent() -> None:
    fitted = fit(Material("When will the parcel LL-77 arrive?", FACTS, PENDING, (), (PARCEL, *CHAT)), 420)
    assert "Where is the parcel with order LL-77?" in fitted.history
    assert "Question 19 about" in fitted.history  # the latest, which pronouns refer to
    assert fitted.summarised > 0
    assert fitted.left_out > 0
    assert fitted.history.index("LL-77") < fitted.history.index("Question 19")


def test_a_summary_is_made_of_the_customers_own_sentences() -> None:
    fitted = fit(Material("And the parcel?", {}, "", (), CHAT), 2000)
    summaries = [line for line in fitted.history.splitlines() if "earlier_summary" in line]
    assert summaries
    for line in summaries:
        said = line.split(">")[1].split("<")[0]
        assert all(any(part in past.customer or part in past.reply for past in CHAT) for part in said.split(" / "))


def test_surer_passages_come_first_and_a_less_sure_one_does_not_take_their_place() -> None:
    passages = (("sure", "short one."), ("long", "word " * 400), ("late", "short, too."))
    fitted = fit(Material("parcel?", passages=passages), 120)
    assert 'id="sure"' in fitted.passages
    assert 'id="late"' not in fitted.passages


def test_passages_leave_the_history_its_share() -> None:
    passages = tuple((f"g#{n}", "word " * 40) for n in range(50))
    fitted = fit(Material("parcel LL-77?", passages=passages, history=(PARCEL,)), 600)
    assert fitted.passages
    assert "sent on Monday" in fitted.history


def test_what_does_not_fit_is_refused_with_what_is_largest() -> None:
    with pytest.raises(PromptTooLarge, match="question") as caught:
        fit(Material("word " * 1000, FACTS), 500)
    assert caught.value.needed > 500


def test_of_a_long_text_the_beginning_and_the_end_are_kept() -> None:
    text = "Cancel LL-1001. " + "It is a long story. " * 200 + "Can you do that today?"
    made = shortened("customer", text, 100)
    assert made.startswith("Cancel LL-1001.")
    assert made.endswith("Can you do that today?")
    assert 50 < estimate_tokens(mark("customer", made)) <= 100
    assert shortened("customer", "Where is my parcel?", 100) == "Where is my parcel?"
    assert shortened("customer", text, 3) == ""


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab 退<>&[INST].?\n👍", max_size=2000), st.integers(0, 400))
def test_what_is_shortened_fits(text: str, limit: int) -> None:
    made = shortened("customer", text, limit)
    assert made == "" or estimate_tokens(mark("customer", made)) <= limit


TEXT = st.text(alphabet="ab 退<>&[INST].?\n👍", max_size=120)


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=6), st.lists(TEXT, max_size=4), st.integers(150, 900))
def test_no_budget_is_exceeded(question: str, history: list[tuple[str, str]], guide: list[str], limit: int) -> None:
    passages = tuple((f"g#{n}", text) for n, text in enumerate(guide))
    material = Material(question, FACTS, PENDING, passages, tuple(Past(*pair) for pair in history))
    try:
        fitted = fit(material, limit)
    except PromptTooLarge as refusal:
        assert refusal.needed > limit
        return
    assert sum(map(estimate_tokens, fitted.variables().values())) <= fitted.tokens <= limit
    assert fitted.verbatim + fitted.summarised + fitted.left_out == len(history)


def test_estimates_grow_with_the_text_and_count_rare_scripts_dearly() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("where is my parcel") == 5
    assert estimate_tokens("退款到账") == 4
    assert estimate_tokens("👍") == 2
    assert estimate_tokens("4711") == 4
