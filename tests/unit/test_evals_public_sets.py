"""The runners of public sets: formats, what is counted, and what happens without the files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evals import banking77, clinc150, restaurants8k
from evals.intents import area_under_curve, few, held_out
from evals.public_set import Report, SetError, conduct, folder_of, mean_and_spread, parser

from careline.models.span_tagger import Marked, Span

pytestmark = pytest.mark.unit


def csv_of(*rows: tuple[str, str], head: str = "text,category") -> str:
    return "\n".join([head, *(f'"{text}",{label}' for text, label in rows)]) + "\n"


def written(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return folder


def test_banking_rows(tmp_path: Path) -> None:
    content = csv_of(('where is, my "card"'.replace('"', '""'), "card"), ("two\nlines", "other"))
    folder = written(tmp_path, train__csv=content, test__csv=csv_of(("x", "card")))
    training, test = banking77.load(folder)
    assert list(training) == [('where is, my "card"', "card"), ("two\nlines", "other")]
    assert list(test) == [("x", "card")]


@pytest.mark.parametrize(
    ("train", "problem"),
    [
        (csv_of(("x", "y"), head="words,category"), "no column text"),
        (csv_of(), "no rows"),
        (csv_of(("", "y")), "row 1"),
        (csv_of(("x", "y")), "category 'z'"),
    ],
)
def test_banking_files_that_are_none(tmp_path: Path, train: str, problem: str) -> None:
    folder = written(tmp_path, train__csv=train, test__csv=csv_of(("x", "z")))
    with pytest.raises(SetError, match=problem) as raised:
        banking77.load(folder)
    assert raised.value.code == 2


def clinc(**changes: Any) -> str:
    part = [["hello there", "greet"], ["bye now", "leave"]]
    return json.dumps({"train": part, "val": part, "test": part, "oos_test": [["moon", "oos"]]} | changes)


def test_clinc_parts(tmp_path: Path) -> None:
    parts = clinc150.load(written(tmp_path, data_full__json=clinc()))
    assert list(parts["train"]) == [("hello there", "greet"), ("bye now", "leave")]
    assert list(parts["oos_test"]) == [("moon", "oos")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "no JSON"),
        ("[]", "no part train"),
        (clinc(val=[]), "val has no rows"),
        (clinc(test=[["hi"]]), "test, row 1"),
        (clinc(test=[["hi", "strange"]]), "intent 'strange'"),
    ],
)
def test_clinc_files_that_are_none(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(SetError, match=problem):
        clinc150.load(written(tmp_path, data_full__json=content))


def restaurant(text: str, *labels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"userInput": {"text": text}, "labels": list(labels), **more}


def test_restaurant_rows(tmp_path: Path) -> None:
    rows = [
        restaurant("5 of us", {"slot": "people", "valueSpan": {"endIndex": 1}}, context={"requestedSlots": ["people"]}),
        {"userInput": {"text": "hi"}},
    ]
    file = written(tmp_path, test__json=json.dumps(rows)) / "test.json"
    assert restaurants8k.load(file) == [
        Marked("5 of us", ("people",), (Span("people", 0, 1),)),
        Marked("hi", (), ()),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        {},
        [{"text": "hi"}],
        [restaurant("hi", {"slot": "x", "valueSpan": {"endIndex": 3}})],
        [restaurant("hi", {"slot": "x", "valueSpan": {"startIndex": 1, "endIndex": 1}})],
    ],
)
def test_restaurant_files_that_are_none(tmp_path: Path, rows: Any) -> None:
    with pytest.raises(SetError, match=r"test\.json"):
        restaurants8k.load(written(tmp_path, test__json=json.dumps(rows)) / "test.json")


def test_only_exact_spans_count() -> None:
    message = Marked("two of us at 8", (), (Span("people", 0, 9), Span("time", 13, 14)))
    found = restaurants8k.figures([message], [[Span("people", 0, 3), Span("time", 13, 14), Span("date", 0, 3)]])
    assert found["people"] == {"wanted": 1, "precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert found["time"]["f1"] == 1.0
    assert found["all"] == {"wanted": 2, "precision": pytest.approx(1 / 3), "recall": 0.5, "f1": pytest.approx(0.4)}


def test_the_area_counts_pairs() -> None:
    random = np.random.default_rng(0)
    inside = random.integers(0, 20, 60).astype(np.float32)
    outside = random.integers(-5, 15, 40).astype(np.float32)
    pairs = [1.0 if one > other else 0.5 if one == other else 0.0 for one in inside for other in outside]
    assert area_under_curve(inside, outside) == pytest.approx(np.mean(pairs))


def test_few_draws_as_many_of_each() -> None:
    pairs = [(f"text {number}", "ab"[number % 2]) for number in range(40)]
    drawn = few(pairs, 3, seed=1)
    assert [label for _, label in drawn] == ["a"] * 3 + ["b"] * 3
    assert set(drawn) <= set(pairs)
    assert drawn != few(pairs, 3, seed=2)
    assert drawn == few(pairs, 3, seed=1)
    with pytest.raises(SetError, match="21 examples"):
        few(pairs, 21, seed=1)


def test_what_is_held_out_leaves_every_label_one() -> None:
    pairs = [("only", "rare"), *((f"text {number}", "often") for number in range(19))]
    rest, apart = held_out(pairs, 0.25, seed=0)
    assert len(apart) == 5
    assert sorted([*rest, *apart]) == sorted(pairs)
    assert "rare" in {label for _, label in rest}


def test_absent_sets_say_so_and_have_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = parser("restaurants8k", "").parse_args([str(tmp_path / "nowhere")])
    assert conduct("restaurants8k", options, restaurants8k.run) == 3
    assert "nowhere" in capsys.readouterr().err
    options = parser("restaurants8k", "").parse_args([str(tmp_path)])
    assert conduct("restaurants8k", options, restaurants8k.run) == 3
    assert "train_0.json" in capsys.readouterr().err
    monkeypatch.setenv("CARELINE_RESTAURANTS8K_DATA", str(tmp_path))
    assert folder_of("restaurants8k", None) == tmp_path


def test_a_run_prints_a_table_and_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def measure(folder: Path, options: argparse.Namespace) -> Report:
        return Report("A set", {"accuracy": 0.5}, [("accuracy", "50.0"), ("a longer line", "1")])

    options = parser("clinc150", "").parse_args([str(tmp_path), "--json", str(tmp_path / "deep" / "out.json")])
    assert conduct("clinc150", options, measure) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["A set", "accuracy       50.0", "a longer line     1"]
    assert "MiB resident" in lines[3]
    figures = json.loads((tmp_path / "deep" / "out.json").read_text())
    assert figures["accuracy"] == 0.5
    assert figures["set"] == "clinc150"
    assert {"seconds", "peak_mebibytes"} <= set(figures)


def test_a_small_set_is_tagged_and_counted(tmp_path: Path) -> None:
    rows = [
        restaurant(f"{count} of us", {"slot": "people", "valueSpan": {"endIndex": len(count)}})
        for count in ("2", "3", "4", "5", "6", "7", "8", "9")
    ]
    written(tmp_path, train_0__json=json.dumps(rows[:6]), test__json=json.dumps(rows[6:]))
    report = restaurants8k.run(tmp_path, parser("restaurants8k", "").parse_args([]))
    assert report.figures["f1"] == report.figures["f1_mean_of_slots"] == 1.0


def test_mean_and_spread() -> None:
    assert mean_and_spread([1.0, 3.0]) == (2.0, pytest.approx(2**0.5))
    assert mean_and_spread([4.0]) == (4.0, 0.0)
