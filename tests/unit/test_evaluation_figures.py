"""What a run's figures are made of: costs, confusion, the baseline, and what may be said of a locked row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from careline.contracts.reply import Outcome
from careline.contracts.spent import Spent
from careline_cli.evaluation.confusion import confusion, mistaken
from careline_cli.evaluation.expected import Expected
from careline_cli.evaluation.grade import Grade, grade
from careline_cli.evaluation.observe import observe
from careline_cli.evaluation.observed import Observed
from careline_cli.evaluation.questions import QuestionSetError, load_questions, parse_question
from careline_cli.evaluation.reported import row_of
from careline_cli.evaluation.spending import Spending, by_asker, spent_in, summarised
from careline_cli.evaluation.summary import Result, summarise
from careline_cli.turn_log import TurnRecord
from careline_cli.webchat import Answer

pytestmark = pytest.mark.unit

SMALL = Spent(role="classifier", tier="small", model="m-1", calls=2, prompt_tokens=100, cached_tokens=60,
              completion_tokens=10, prompt_chars=400, completion_chars=40, money=0.001, ms=50)  # fmt: skip
LARGE = Spent(role="executor", tier="large", model="m-2", calls=1, prompt_tokens=300, completion_tokens=30,
              prompt_chars=1200, completion_chars=120, money=0.02, ms=200, outcome="TierTimeout")  # fmt: skip
STAGE = {"service": "verifier", "event": "turn.verified", "round": 0, "start_ms": 1.0, "ms": 2.0, "says": "SECRET"}
QUESTION = parse_question(
    {"id": "q", "text": "Cancel order 7", "user": "u", "kind": "operation",
     "expected": {"outcome": "success", "operation": "cancel", "args": {"order": 7}}}
)  # fmt: skip


def test_a_turn_costs_what_its_events_say() -> None:
    def event(number: int, kind: str, **body: Any) -> dict[str, Any]:
        return {"type": kind, "round": number, "body": body}

    understood = {"route": "guide"}
    events = (
        event(0, "turn.received", turn={}),
        event(0, "turn.classified", understanding={"route": "operation"}, spent=[SMALL.model_dump()]),
        event(1, "turn.classified", understanding=understood, spent=[SMALL.model_dump(), LARGE.model_dump()]),
        event(1, "turn.verified", reply={"outcome": "answer", "text": "x"}, spent=[]),
    )
    seen = observe(Answer("x", "t", "bot", (), 12.0), TurnRecord("t", "", events, ()), ())
    assert seen.spent == (SMALL, SMALL, LARGE) == spent_in(events)
    assert (seen.route, seen.rounds) == ("guide", 2)


def test_costs_are_summed_in_all_per_turn_and_by_asker() -> None:
    figures = summarised([(SMALL, LARGE), (), (SMALL,)])
    assert (figures["turns"], figures["turns_without"]) == (3, 1)
    assert figures["total"]["calls"] == 5
    assert figures["total"]["failed"] == 1
    assert figures["per_turn"]["prompt_tokens"] == pytest.approx(500 / 3, abs=1e-3)
    assert figures["per_turn"]["money"] == pytest.approx(0.022 / 3, abs=1e-8)
    assert [row["model"] for row in by_asker([SMALL, LARGE, SMALL])] == ["m-2", "m-1"]
    assert Spending.of([]).per(0)["calls"] == 0


def test_a_prompt_estimated_by_us_is_counted_as_such() -> None:
    assert Spending.of([SMALL.model_copy(update={"estimated": True}), LARGE]).estimated == 1


def test_confusion_tells_what_was_expected_and_what_was_taken() -> None:
    asks = Expected(Outcome.SUCCESS, "cancel")
    turns = [
        ("operation", asks, Observed(Outcome.SUCCESS, route="operation", operation="cancel")),
        ("operation", asks, Observed(Outcome.SUCCESS, route="operation", operation="change")),
        ("operation", asks, Observed(Outcome.ANSWER, route="guide")),
        ("basic_info", Expected(Outcome.ANSWER, profile_field="x"), Observed(Outcome.ANSWER, route="basic_info")),
        ("suggestion", Expected(Outcome.CASE), Observed(Outcome.CASE, route="complaint")),
        ("human", Expected(Outcome.HANDOVER), Observed(None)),
        ("operation", None, Observed(Outcome.CONFIRM, route="operation", operation="cancel")),
    ]
    table = confusion(turns)
    assert table["routes"] == {
        "operation": {"operation": 2, "guide": 1},
        "basic_info": {"basic_info": 1},
        "suggestion": {"complaint": 1},
        "human": {"none": 1},
    }
    assert mistaken(table["operations"]) == [("cancel", "change", 1), ("cancel", "none", 1)]


def test_doing_nothing_is_graded_like_everything_else() -> None:
    def played(name: str, outcome: str) -> Result:
        question = parse_question({"id": name, "text": name, "expected": {"outcome": outcome}})
        return Result(question, (Observed(Outcome.ANSWER),), Grade(True))

    baseline = summarise([played("a", "handover"), played("b", "answer"), played("c", "out_of_scope")])["baseline"]
    assert baseline == {"hands over": {"rows": 3, "right": 1}, "does not know": {"rows": 3, "right": 1}}


@pytest.mark.parametrize("right", [True, False])
def test_a_locked_row_is_named_without_anything_that_was_said(right: bool) -> None:
    observed = Observed(
        Outcome.SUCCESS, "SECRET reply", "cancel", {"order": "SECRET"}, reason="SECRET", turn="SECRET", ms=5.0,
        cited={"SECRET": "SECRET"}, timeline=(STAGE,),
    )  # fmt: skip
    question = replace(QUESTION, locked=True, steps=(replace(QUESTION.steps[0], text="SECRET text"),))
    verdict = Grade(True) if right else Grade(False, "arguments SECRET", aspect="operation")
    row = row_of(Result(question, (observed,), verdict))
    assert "SECRET" not in json.dumps(row)
    assert "cancel" not in json.dumps(row)
    assert (row["id"], row["right"], row["kind"], row["outcome"]) == ("q", right, "operation", "success")
    assert row["why"] == ("" if right else "wrong operation")
    summary = summarise([Result(question, (replace(observed, operation="other"),), verdict)])
    assert "other" not in json.dumps(summary)
    assert "SECRET" not in json.dumps(summary)


def test_a_set_is_locked_by_its_name_and_a_bad_line_of_it_is_not_quoted(tmp_path: Path) -> None:
    line = '{"id": "a", "text": "x", "expected": {"outcome": "answer"}}\n'
    for name, locked in (("locked.jsonl", True), ("locked-2.jsonl", True), ("unlocked.jsonl", False)):
        (tmp_path / name).write_text(line)
        assert load_questions(tmp_path / name)[0].locked is locked
        assert load_questions(tmp_path / name)[0].source == name
    (tmp_path / "locked.jsonl").write_text('{"id": "a", "text": "x", "expected": {"outcome": "SECRET"}}')
    with pytest.raises(QuestionSetError) as caught:
        load_questions(tmp_path / "locked.jsonl")
    assert "SECRET" not in str(caught.value)


def test_every_wrong_grade_has_an_aspect() -> None:
    step = QUESTION.steps[0].expected
    assert step is not None
    for observed in (Observed(None), Observed(Outcome.SUCCESS, operation="x"), Observed(Outcome.ANSWER)):
        assert grade(step, observed, {}, {}).aspect


def test_a_failure_has_its_timeline_and_a_right_row_none() -> None:
    stage = {"service": "verifier", "event": "turn.verified", "round": 0, "start_ms": 1.04, "ms": 2.0, "says": "answer"}
    observed = Observed(Outcome.ANSWER, "no", timeline=(stage,), spent=(SMALL,))
    wrong = row_of(Result(QUESTION, (observed,), Grade(False, "outcome answer", aspect="outcome")))
    assert wrong["timeline"] == [stage | {"step": 1, "start_ms": 1.0}]
    assert wrong["llm"]["calls"] == 2
    assert row_of(Result(QUESTION, (observed,), Grade(True)))["timeline"] == []
