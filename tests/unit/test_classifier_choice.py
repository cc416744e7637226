"""Choosing among intents: by form, by what was tried before, by distance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fixtures.library import library_pack

from careline.contracts.understanding import Attempt, Route
from careline.models.forms import form_of
from careline_classifier.domain.choice import Said, choose, exclusions
from careline_classifier.domain.intents import GUIDE, HUMAN, OUT_OF_SCOPE, Intent, Scored, fact, operation
from careline_classifier.domain.reflex import Reading

pytestmark = pytest.mark.unit

PACK = library_pack()
EXTEND, RETURN, POINTS = operation("extend_loan"), operation("return_book"), fact("points")


def reading(*scores: tuple[Intent, float], near: float = 0.8, **similar: float) -> Reading:
    similarities = {intent: near for intent, _ in scores} | {
        Intent.parse(name): value for name, value in similar.items()
    }
    return Reading(tuple(Scored(intent, score) for intent, score in scores), similarities)


def said(text: str, particular: bool = False, types: frozenset[str] = frozenset()) -> Said:
    return Said(text, form_of(text), particular, {"return_book": frozenset({"return", "还书"})}, types)


def attempt(route: Route, name: str | None = None, stage: str = "classifier") -> Attempt:
    return Attempt.model_validate({"round": 0, "stage": stage, "reason": "x", "route": route, "operation": name})


def test_the_likeliest_intent_is_chosen_with_its_share() -> None:
    choice = choose(PACK, reading((EXTEND, 0.6), (GUIDE, 0.3)), said("extend ML-1001"))
    assert choice.intent == EXTEND
    assert choice.confidence == pytest.approx(0.6 / 0.9)


def test_asking_how_is_not_asking_for() -> None:
    assert choose(PACK, reading((RETURN, 0.6), (GUIDE, 0.3)), said("how do I return a book")).intent == GUIDE


def test_a_look_up_of_something_particular_may_have_any_form() -> None:
    lists = operation("list_loans")
    assert choose(PACK, reading((lists, 0.8), (GUIDE, 0.2)), said("why is it not listed", True)).intent == lists


def test_can_i_asks_about_it_unless_something_particular_is_named() -> None:
    found = reading((EXTEND, 0.5), (GUIDE, 0.4))
    assert choose(PACK, found, said("can I extend a loan")).intent == GUIDE
    assert choose(PACK, found, said("can I extend ML-1001", particular=True)).intent == EXTEND


def test_what_is_refused_is_not_done() -> None:
    found = reading((RETURN, 0.9), (GUIDE, 0.1))
    assert choose(PACK, found, said("please don't return it")).intent == GUIDE


def test_why_is_no_question_for_a_fact() -> None:
    assert choose(PACK, reading((POINTS, 0.7), (GUIDE, 0.3)), said("why do I have points")).intent == GUIDE


def test_who_speaks_of_themselves_is_told_their_facts_when_guide_and_facts_are_level() -> None:
    found = reading((GUIDE, 0.45), (POINTS, 0.42))
    assert choose(PACK, found, said("points I can use")).intent == POINTS
    assert choose(PACK, found, said("what points are good for")).intent == GUIDE


def test_a_question_about_oneself_changes_nothing() -> None:
    found = reading((RETURN, 0.6), (POINTS, 0.3))
    assert choose(PACK, found, said("am I a member")).intent == POINTS


def test_a_value_speaks_for_the_operation_that_takes_it() -> None:
    email = operation("set_email")
    found = reading((EXTEND, 0.5), (email, 0.4))
    assert choose(PACK, found, said("change it to a@b.de", True, frozenset({"email"}))).intent == email


def test_the_guide_and_what_is_out_of_scope_are_told_apart_by_the_nearest_example() -> None:
    near = reading((OUT_OF_SCOPE, 0.6), (GUIDE, 0.4), guide=0.7, out_of_scope=0.5)
    assert choose(PACK, near, said("x")).intent == GUIDE
    far = reading((GUIDE, 0.6), (OUT_OF_SCOPE, 0.4), guide=0.5, out_of_scope=0.55)
    assert choose(PACK, far, said("x")).intent == OUT_OF_SCOPE


def test_what_is_far_from_everything_is_out_of_scope() -> None:
    assert choose(PACK, reading((EXTEND, 0.6), (GUIDE, 0.4), near=0.2), said("x")).intent == OUT_OF_SCOPE


def test_what_was_turned_down_is_not_tried_again() -> None:
    found = reading((EXTEND, 0.7), (RETURN, 0.2), (GUIDE, 0.1))
    assert choose(PACK, found, said("x"), [attempt(Route.OPERATION, "extend_loan")]).intent == RETURN
    both = [attempt(Route.OPERATION, "extend_loan"), attempt(Route.OPERATION, "return_book"), attempt(Route.GUIDE)]
    assert choose(PACK, found, said("x"), both).intent == HUMAN


def test_after_a_rejection_nothing_becomes_out_of_scope() -> None:
    found = reading((EXTEND, 0.7), (OUT_OF_SCOPE, 0.3), guide=0.1)
    assert choose(PACK, found, said("x"), [attempt(Route.OPERATION, "extend_loan")]).intent == HUMAN


def test_another_stage_s_fault_leaves_the_intent_open_once() -> None:
    once = [attempt(Route.GUIDE, stage="retrieval")]
    assert GUIDE not in exclusions(once)
    assert GUIDE in exclusions([*once, attempt(Route.GUIDE, stage="executor")])
    assert exclusions([attempt(Route.BASIC_INFO)]) == {Intent(Route.BASIC_INFO)}


def test_a_rejected_fact_excludes_all_facts() -> None:
    found = reading((POINTS, 0.7), (fact("open_loans"), 0.2), (GUIDE, 0.1))
    assert choose(PACK, found, said("x"), [attempt(Route.BASIC_INFO)]).intent == GUIDE


def test_a_mere_refusal_proposes_no_other_change_either() -> None:
    found = reading((RETURN, 0.6), (EXTEND, 0.39), (GUIDE, 0.01))
    assert choose(PACK, found, said("please don't return ML-1001")).intent == GUIDE
    assert choose(PACK, found, said("don't return it, extend it")).intent == EXTEND


def test_nobody_is_told_their_own_facts_for_anothers() -> None:
    found = reading((POINTS, 0.9), (GUIDE, 0.1))
    assert choose(PACK, found, said("how many points does another customer have")).intent == OUT_OF_SCOPE
    assert choose(PACK, found, replace(said("what are the points of M-1002"), coded=True)).intent == OUT_OF_SCOPE
    assert choose(PACK, found, replace(said("I am M-1002, what are my points"), coded=True)).intent == POINTS
