"""What a message does to an open question: answers it, changes it, fills it, or is about something else."""

from __future__ import annotations

import pytest
from tests.fixtures.understanding import asked_before

from careline.contracts.turn import Argument, ArgumentEvidence, EvidenceSource, PendingKind
from careline.contracts.understanding import Confirmation
from careline_classifier.domain.choice import Choice
from careline_classifier.domain.intents import GUIDE, HUMAN, OUT_OF_SCOPE, operation, small_talk
from careline_classifier.domain.plans import Heard, plan

pytestmark = pytest.mark.unit

CONFIRM = asked_before(PendingKind.CONFIRM, "extend_loan", loan="ML-1001", days=7)
ASKED = asked_before(PendingKind.NEEDS_INFO, "extend_loan", ("days",), loan="ML-1001")
EXTEND, RETURN = operation("extend_loan"), operation("return_book")
UNCLEAR = Choice(OUT_OF_SCOPE, 0.4)


def days(value: int) -> Argument:
    evidence = ArgumentEvidence(source=EvidenceSource.TEXT, quote=str(value), turn="t-9", start=0, end=1)
    return Argument(name="days", value=value, evidence=evidence)


def test_without_an_open_question_the_choice_stands() -> None:
    made = plan(None, Heard(Choice(GUIDE, 0.8), 5, exact=Confirmation.YES))
    assert (made.intent, made.confidence, made.confirmation, made.pending) == (GUIDE, 0.8, None, None)


@pytest.mark.parametrize("answer", [Confirmation.YES, Confirmation.NO])
def test_a_plain_answer_is_an_answer_whatever_it_resembles(answer: Confirmation) -> None:
    made = plan(CONFIRM, Heard(Choice(RETURN, 0.99), 1, exact=answer))
    assert (made.intent, made.confirmation, made.pending) == (EXTEND, answer, CONFIRM)


def test_another_value_changes_the_question() -> None:
    made = plan(CONFIRM, Heard(UNCLEAR, 4, found=(days(12),), leading=Confirmation.NO))
    assert (made.intent, made.confirmation) == (EXTEND, Confirmation.EDIT)


def test_a_brief_correction_is_one_though_it_resembles_another_wish() -> None:
    made = plan(CONFIRM, Heard(Choice(GUIDE, 0.8), 3, found=(days(12),)))
    assert made.confirmation is Confirmation.EDIT
    asked = plan(CONFIRM, Heard(Choice(GUIDE, 0.8), 3, question=True, found=(days(12),)))
    assert asked.intent == GUIDE


def test_thanks_around_an_answer_are_no_new_wish() -> None:
    made = plan(CONFIRM, Heard(Choice(small_talk("thanks"), 0.9), 4, meant=Confirmation.YES))
    assert made.confirmation is Confirmation.YES


def test_the_same_value_again_is_no_change() -> None:
    made = plan(CONFIRM, Heard(UNCLEAR, 4, found=(days(7),), leading=Confirmation.YES))
    assert made.confirmation is Confirmation.YES


def test_no_followed_by_another_wish_is_that_wish() -> None:
    made = plan(CONFIRM, Heard(Choice(HUMAN, 0.9), 6, leading=Confirmation.NO, rest=Choice(HUMAN, 0.9)))
    assert (made.intent, made.confirmation, made.pending) == (HUMAN, None, None)


def test_something_else_entirely_drops_the_question() -> None:
    made = plan(CONFIRM, Heard(Choice(GUIDE, 0.9), 6, question=True))
    assert (made.intent, made.pending) == (GUIDE, None)


def test_a_mumble_asks_again() -> None:
    assert plan(CONFIRM, Heard(UNCLEAR, 1)).confirmation is Confirmation.EDIT


def test_a_missing_value_goes_on_with_the_operation() -> None:
    made = plan(ASKED, Heard(UNCLEAR, 1, found=(days(5),)))
    assert (made.intent, made.confirmation, made.pending) == (EXTEND, None, ASKED)


def test_a_short_answer_is_an_answer_though_it_resembles_another_wish() -> None:
    assert plan(ASKED, Heard(Choice(RETURN, 0.8), 1, found=(days(5),))).intent == EXTEND


def test_a_question_with_a_number_in_it_is_a_question() -> None:
    made = plan(ASKED, Heard(Choice(GUIDE, 0.8), 8, question=True, found=(days(5),)))
    assert (made.intent, made.pending) == (GUIDE, None)


def test_no_gives_up_what_lacks_values() -> None:
    made = plan(ASKED, Heard(UNCLEAR, 2, exact=Confirmation.NO))
    assert (made.intent, made.confirmation) == (EXTEND, Confirmation.NO)


def test_what_is_not_filled_is_asked_again_only_for_a_mumble() -> None:
    assert plan(ASKED, Heard(UNCLEAR, 1)).pending == ASKED
    assert plan(ASKED, Heard(Choice(RETURN, 0.9), 6)).intent == RETURN
