"""The grader: each rule, with an answer that keeps it and one that breaks it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from careline.contracts.reply import Outcome
from careline.contracts.turn import RowChange
from careline_cli.evaluation.expected import Expected, ExpectedRow
from careline_cli.evaluation.grade import grade
from careline_cli.evaluation.observed import Observed
from careline_cli.evaluation.questions import QuestionSetError, load_questions, parse_question
from careline_cli.evaluation.summary import Result, percentile, summarise

pytestmark = pytest.mark.unit

MEMBERS = {"member": [{"id": 7, "subject": 5, "type": 1}, {"id": 8, "subject": 1, "type": 2}]}
CHANGE = RowChange(table="member", action="update", key={"id": 7}, old={"subject": 5}, new={"subject": 9})
WANTED = Expected(
    Outcome.SUCCESS, "ChangeSubject", {"subject": 9}, rows=(ExpectedRow("member", "update", {"id": 7}, {"subject": 9}),)
)
DONE = Observed(Outcome.SUCCESS, "Done.", "ChangeSubject", {"subject": 9}, diff=(CHANGE,))
ROLES = {"type": ("team leader", "vice team leader", "arbiter")}


def test_an_operation_done_as_asked_is_right() -> None:
    assert grade(WANTED, DONE, MEMBERS, {}).right


@pytest.mark.parametrize(
    ("observed", "why"),
    [
        (replace(DONE, operation="Other"), "operation Other"),
        (replace(DONE, args={"subject": 8}), "arguments"),
        (replace(DONE, args={}), "arguments"),
        (replace(DONE, outcome=Outcome.REFUSED, diff=()), "outcome refused"),
        (replace(DONE, outcome=None, diff=()), "no reply"),
        (replace(DONE, diff=()), "did not write"),
        (replace(DONE, reason="already_approved"), "reason already_approved"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_deviation_of_an_operation_is_wrong_and_named(observed: Observed, why: str) -> None:
    result = grade(WANTED, observed, MEMBERS, {})
    assert not result.right
    assert why in result.why
    assert not result.wrong_write


@pytest.mark.parametrize(
    "diff",
    [
        (CHANGE, RowChange(table="member", action="delete", key={"id": 8})),
        (CHANGE.model_copy(update={"key": {"id": 8}}),),
        (CHANGE.model_copy(update={"new": {"subject": 9, "type": 2}}),),
        (CHANGE.model_copy(update={"new": {"subject": 8}}),),
    ],
)
def test_a_write_nobody_asked_for_is_a_wrong_write(diff: tuple[RowChange, ...]) -> None:
    assert grade(WANTED, replace(DONE, diff=diff), MEMBERS, {}).wrong_write


def test_a_write_on_a_question_is_a_wrong_write() -> None:
    asked = Expected(Outcome.ANSWER, facts=("7zip",), passages=("p#1",))
    observed = Observed(Outcome.ANSWER, "Use 7zip.", cited={"p#1": "Use 7zip."}, diff=(CHANGE,))
    assert grade(asked, observed, MEMBERS, {}).wrong_write


def test_a_no_op_update_expects_no_write() -> None:
    same = replace(WANTED, rows=(ExpectedRow("member", "update", {"id": 7}, {"subject": 5}),), args={})
    assert grade(same, replace(DONE, diff=(), args={}), MEMBERS, {}).right
    assert grade(same, replace(DONE, args={}), MEMBERS, {}).wrong_write


def test_a_guide_answer_must_cite_and_tell() -> None:
    asked = Expected(Outcome.ANSWER, facts=("7zip opens archives",), passages=("p#1", "p#2"))
    passage = {"p#2": "The program 7zip opens the archive."}
    assert grade(asked, Observed(Outcome.ANSWER, "Take 7zip to open it.", cited=passage), {}, {}).right
    assert "none of" in grade(asked, Observed(Outcome.ANSWER, "Take 7zip.", cited={"p#3": "7zip"}), {}, {}).why
    assert "too little" in grade(asked, Observed(Outcome.ANSWER, "Please wait.", cited=passage), {}, {}).why


@pytest.mark.parametrize(
    ("reply", "fact", "right"),
    [
        ("You are a team leader.", "team leader", True),
        ("You are a vice team leader.", "team leader", False),
        ("You are a vice team leader.", "vice team leader", True),
        ("You are an arbiter.", "team leader", False),
    ],
)
def test_basic_info_is_compared_as_a_value(reply: str, fact: str, right: bool) -> None:
    asked = Expected(Outcome.ANSWER, facts=(fact,), profile_field="type")
    assert grade(asked, Observed(Outcome.ANSWER, reply, field="type"), {}, ROLES).right is right
    assert not grade(asked, Observed(Outcome.ANSWER, reply, field="status"), {}, ROLES).right


def test_asking_back_is_right_only_for_the_missing_arguments() -> None:
    asked = Expected(Outcome.NEEDS_INFO, "ChangeSubject", missing=("subject",), reason="missing_args")
    assert grade(asked, Observed(Outcome.NEEDS_INFO, "Which?", "ChangeSubject", missing=("subject",)), {}, {}).right
    assert not grade(asked, Observed(Outcome.NEEDS_INFO, "Which?", "ChangeSubject", missing=("name",)), {}, {}).right


def test_a_look_up_must_tell_of_every_row() -> None:
    row = {"id": "q", "user": "u", "text": "t"}
    expected = {"outcome": "success", "operation": "Find", "args": {}, "effect": {"result_member_ids": [1601]}}
    step = parse_question(row | {"expected": expected}).steps[0]
    assert step.expected is not None
    assert grade(step.expected, Observed(Outcome.SUCCESS, "Andy, id 1601", "Find"), {}, {}).right
    assert not grade(step.expected, Observed(Outcome.SUCCESS, "Andy, id 16010", "Find"), {}, {}).right


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "not a question"),
        ('{"id": "a"}', "'text' is missing"),
        ('{"id": "a", "text": "x", "expected": {"outcome": "splendid"}}', "splendid"),
        (
            '{"id": "a", "text": "x", "expected": {"outcome": "success", "rows": [{"table": "t", "action": "drop"}]}}',
            "drop",
        ),
        ("[]", "not a question"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(tmp_path: Path, line: str, word: str) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "ok", "text": "x", "expected": {"outcome": "answer"}}\n' + line + "\n")
    with pytest.raises(QuestionSetError, match=r"set\.jsonl:2") as caught:
        load_questions(file)
    assert word in str(caught.value)


def test_an_absent_and_an_empty_set_are_errors(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="cannot read"):
        load_questions(tmp_path / "absent.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(QuestionSetError, match="no questions"):
        load_questions(tmp_path / "empty.jsonl")


def test_the_summary_counts_rows_distinct_rows_and_whole_groups() -> None:
    def row(name: str, text: str, group: str) -> Result:
        question = parse_question({"id": name, "text": text, "group": group, "expected": {"outcome": "answer"}})
        observed = Observed(Outcome.ANSWER, ms=10.0)
        return Result(question, (observed,), grade(Expected(Outcome.ANSWER), observed, {}, {}))

    wrong = row("c", "z", "g2")
    wrong = replace(wrong, grade=replace(wrong.grade, right=False, why="x"))
    summary = summarise([row("a", "x", "g1"), row("b", "x", "g1"), wrong, row("d", "w", "g2")])
    assert (summary["rows"], summary["right"], summary["wrong_writes"]) == (4, 3, 0)
    assert summary["distinct"] == {"rows": 3, "right": 2}
    assert summary["groups_right"] == {"rows": 2, "right": 1}
    json.dumps(summary)


def test_percentiles() -> None:
    assert percentile([], 50) is None
    assert percentile([3.0], 99) == 3.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0


POINTS = Observed(Outcome.ANSWER, "You have 40 points.", field="points")
BOTH = Expected(Outcome.SUCCESS, parts=(Expected(Outcome.ANSWER, facts=("40",), profile_field="points"), WANTED))


def test_every_part_of_a_message_has_to_be_answered_in_any_order() -> None:
    assert grade(BOTH, replace(DONE, beside=(POINTS,)), MEMBERS, {}).right
    assert grade(BOTH, replace(POINTS, diff=(CHANGE,), beside=(replace(DONE, diff=()),)), MEMBERS, {}).right


@pytest.mark.parametrize(
    ("observed", "why"),
    [
        (DONE, "no part is right"),
        (replace(POINTS, beside=()), "no part is right"),
        (replace(DONE, beside=(replace(POINTS, reply="You have 41."),)), "no part is right"),
        (replace(DONE, beside=(POINTS, POINTS)), "what was not asked"),
        (replace(DONE, diff=(), beside=(POINTS,)), "did not write"),
        (replace(DONE, diff=(CHANGE, CHANGE), beside=(POINTS,)), "nobody asked for"),
    ],
)
def test_a_part_that_is_missing_wrong_or_too_many_is_named(observed: Observed, why: str) -> None:
    result = grade(BOTH, observed, MEMBERS, {})
    assert not result.right
    assert why in result.why


def test_parts_are_read_from_a_row() -> None:
    row = {"id": "a", "text": "x", "expected": {"parts": [{"outcome": "answer"}, {"outcome": "success"}]}}
    (step,) = parse_question(row).steps
    assert step.expected is not None
    assert [part.outcome for part in step.expected.parts] == [Outcome.ANSWER, Outcome.SUCCESS]
