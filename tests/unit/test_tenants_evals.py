"""Evaluation sets: whatever `careline eval` refuses, the check of the pack refuses too, with its line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from careline.tenants.load import read_folder
from careline_cli.evaluation.questions import QuestionSetError, load_questions

pytestmark = pytest.mark.unit

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"
ROW: dict[str, Any] = {"id": "a", "user": "M-1", "text": "hello", "expected": {"outcome": "small_talk"}}


def expecting(**changes: Any) -> dict[str, Any]:
    return ROW | {"expected": ROW["expected"] | changes}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(MINI, tmp_path / "mini")
    shutil.rmtree(tmp_path / "mini" / "evals")
    (tmp_path / "mini" / "evals").mkdir()
    return tmp_path / "mini"


def test_a_good_row_is_fine(folder: Path) -> None:
    (folder / "evals" / "a.jsonl").write_text(json.dumps(ROW))
    assert read_folder(folder, {}).problems == ()
    assert len(load_questions(folder / "evals" / "a.jsonl")) == 1


@pytest.mark.parametrize(
    "row",
    [
        "",
        "\n\n",
        "nonsense",
        "7",
        "null",
        [],
        {},
        ROW | {"text": None, "turns": []},
        ROW | {"turns": 5},
        ROW | {"turns": ["hello"]},
        ROW | {"turns": [{"expected": {"outcome": "answer"}}]},
        ROW | {"turns": [{"text": "hi", "expected": {"outcome": "pleased"}}]},
        ROW | {"expected": 5},
        ROW | {"expected": "answer"},
        {"id": "a", "text": "hello"},
        expecting(outcome=None),
        expecting(outcome=["answer"]),
        expecting(args=5),
        expecting(args=["loan"]),
        expecting(missing=5),
        expecting(facts=5),
        expecting(passages=7),
        expecting(rows=5),
        expecting(rows=[5]),
        expecting(rows=[{"table": "loans"}]),
        expecting(rows=[{"table": "loans", "action": "upsert"}]),
        expecting(rows=[{"action": "insert"}]),
        expecting(rows=[{"table": "loans", "action": "insert", "new": 5}]),
        expecting(effect=5),
        expecting(effect="loans"),
    ],
)
def test_what_cannot_be_played_cannot_be_published(folder: Path, row: Any) -> None:
    file = folder / "evals" / "a.jsonl"
    file.write_text(row if isinstance(row, str) else json.dumps(row))
    with pytest.raises(QuestionSetError):
        load_questions(file)
    assert [problem.file for problem in read_folder(folder, {}).problems][:1] == ["evals/a.jsonl"]


@pytest.mark.parametrize(
    "expected",
    [
        {"operation": ["return_book"]},
        {"passages": [["opening#1"]]},
        {"missing": [{}]},
        {"profile_field": {}},
        {"facts": "40"},
    ],
)
def test_shapes_that_fit_nothing_are_named(folder: Path, expected: dict[str, Any]) -> None:
    (folder / "evals" / "a.jsonl").write_text(json.dumps(expecting(**expected)))
    (problem,) = read_folder(folder, {}).problems
    assert (problem.line, f"{next(iter(expected))} has to be " in problem.message) == (1, True)


def test_an_id_given_twice_is_refused_by_both(folder: Path) -> None:
    file = folder / "evals" / "a.jsonl"
    file.write_text(f"{json.dumps(ROW)}\n{json.dumps(ROW)}\n")
    with pytest.raises(QuestionSetError):
        load_questions(file)
    assert "stands in line 1 already" in str(read_folder(folder, {}).problems[0])
