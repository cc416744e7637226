"""Two runs compared: which rows changed, whether that can be chance, and when the exit code says so."""

from __future__ import annotations

import json
from math import comb
from pathlib import Path
from typing import Any

import pytest

from careline_cli.evaluation.compare import NothingInCommon, compare
from careline_cli.evaluation.gates import Gates
from careline_cli.evaluation.saved import SavedRun, SavedRunError
from careline_cli.evaluation.statistics import interval, mcnemar

pytestmark = pytest.mark.unit


def run(name: str, rights: dict[str, bool], **more: Any) -> SavedRun:
    rows = [
        {"id": each, "right": right, "group": each[0], "outcome": "answer", "ms": 10.0, "llm": {"calls": 1}, "set": "s"}
        | more
        for each, right in rights.items()
    ]
    return SavedRun.of({"pack": "p", "sets": {"s": "d-" + name}, "summary": {}, "rows": rows}, Path(name))


@pytest.mark.parametrize(
    ("up", "down", "p"),
    [(0, 0, 1.0), (5, 5, 1.0), (1, 0, 1.0), (0, 6, 2 / 64), (9, 1, 2 * (1 + 10) / 2**10), (10, 0, 2 / 2**10)],
)
def test_mcnemar_is_the_exact_binomial_test(up: int, down: int, p: float) -> None:
    assert mcnemar(up, down) == pytest.approx(p)
    assert mcnemar(down, up) == mcnemar(up, down)


def test_mcnemar_sums_the_whole_tail() -> None:
    assert mcnemar(3, 12) == pytest.approx(2 * sum(comb(15, k) for k in range(4)) / 2**15)


def test_an_interval_holds_the_mean_and_is_wider_where_groups_fall_together() -> None:
    values = [0.0, 1.0] * 50
    alone = interval({str(n): [value] for n, value in enumerate(values)})
    together = interval({str(n): [float(n % 2)] * 10 for n in range(10)})
    assert alone[0] < 0.5 < alone[1]
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])
    assert interval({"a": [2.0, 2.0], "b": [2.0]}) == (2.0, 2.0)
    assert interval({"a": values, "b": [3.0]}) == interval({"a": values, "b": [3.0]})


def test_rows_that_changed_are_named_and_only_shared_rows_count() -> None:
    before = run("old", {"a1": True, "a2": False, "b1": True, "gone": True})
    now = run("new", {"a1": False, "a2": True, "b1": True, "fresh": False}, ms=20.0, llm={"calls": 0})
    found = compare(before, now)
    assert [row["id"] for row in found.became_wrong] == ["a1"]
    assert [row["id"] for row in found.became_right] == ["a2"]
    assert (found.shared, found.only_before, found.only_now) == (3, 1, 1)
    assert (found.right_before, found.right_now) == (2, 2)
    figures = {each.name: each for each in found.differences}
    assert (figures["ms"].before, figures["ms"].now, figures["ms"].low, figures["ms"].high) == (10, 20, 10, 10)
    assert figures["ms"].is_clear
    assert figures["llm calls"].now == 0
    assert not figures["right"].is_clear
    assert "money" not in figures
    assert found.other_sets == ("s",)
    json.dumps(found.as_json())


def test_rows_of_different_sets_are_not_mixed_up_and_older_runs_without_sets_still_compare() -> None:
    now = run("new", {"a1": True})
    with pytest.raises(NothingInCommon, match="share no question"):
        compare(run("old", {"a1": True}, set="other"), now)
    assert compare(run("old", {"a1": False}, set=None), now).right_before == 0


def test_bounds_are_named_when_broken() -> None:
    summary = {"rows": 10, "right": 9, "wrong_writes": 1}
    assert Gates(min_right=0.9, max_wrong_writes=1).broken(summary) == []
    assert len(Gates(min_right=0.91).broken(summary)) == 2
    worse = compare(run("old", {"a": True, "b": True}), run("new", {"a": True, "b": False}))
    said = Gates(max_wrong_writes=1, no_worse=worse).broken(summary)
    assert said == ["1 of 2 shared rows are right, 2 were in old"]
    same = compare(run("old", {"a": True, "b": False}), run("new", {"a": False, "b": True}))
    assert Gates(max_wrong_writes=1, no_worse=same).broken(summary) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "Expecting"),
        ("[]", "not an object"),
        ("{}", "missing"),
        ('{"sets": {}, "summary": {}, "rows": [3]}', "row 1: not an object"),
        ('{"sets": {}, "summary": {}, "rows": [{"id": "a", "right": 1, "group": "g"}]}', "row 1: right is missing"),
    ],
)
def test_what_is_no_saved_run_is_named(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content)
    with pytest.raises(SavedRunError, match=why):
        SavedRun.read(file)
    with pytest.raises(SavedRunError, match="No such file"):
        SavedRun.read(tmp_path / "absent.json")
