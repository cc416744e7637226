"""The report: figures, charts, wrong rows, and no way for a customer's words to become markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from careline.contracts.reply import Outcome
from careline.contracts.spent import Spent
from careline_cli.evaluation.compare import compare
from careline_cli.evaluation.grade import Grade
from careline_cli.evaluation.observed import Observed
from careline_cli.evaluation.published import published
from careline_cli.evaluation.questions import parse_question
from careline_cli.evaluation.reported import row_of
from careline_cli.evaluation.saved import SavedRun
from careline_cli.evaluation.summary import Result, summarise
from careline_cli.evaluation.table import print_wrong
from careline_cli.report import Section, write_report
from careline_cli.report.charts import count_bars, histogram, share_bars
from careline_cli.report.confused import grid

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]


def result(name: str, right: bool, **question: object) -> Result:
    """A question as played, with words that want to be markup."""
    asked = {"id": name, "text": "<script>alert(1)</script>", "kind": "guide", "expected": {"outcome": "answer"}}
    stage = {"service": "executor", "event": "turn.drafted", "round": 0, "start_ms": 0.0, "ms": 3.0, "says": "<i>"}
    observed = Observed(Outcome.ANSWER if right else Outcome.REFUSED, "no", ms=12.0, turn="t-1", route="guide",
                        timeline=(stage,), spent=(SPENT,))  # fmt: skip
    verdict = Grade(True) if right else Grade(False, "outcome refused", aspect="outcome")
    return Result(replace(parse_question(asked), **question), (observed,), verdict)  # type: ignore[arg-type]


def section(*results: Result, **more: Any) -> Section:
    return Section("shop", summarise(results), [row_of(each) for each in results], **more)


SPENT = Spent(role="executor", tier="small", model="m<1>", calls=1, prompt_tokens=1234, completion_tokens=5,
              prompt_chars=99, completion_chars=9, money=0.25)  # fmt: skip
STEP = {"customer": "Hi & <b>bye</b>", "reply": "Hello", "route": "small_talk", "evidence": "", "outcome": "small_talk",
        "ms": 5.0, "turn": "t-0", "expected": ""}  # fmt: skip


def test_a_report_shows_figures_transcript_and_wrong_rows_safely(tmp_path: Path) -> None:
    part = section(result("q1", False), result("q2", True))
    page = write_report(tmp_path / "a/report.html", "Demo", [part], [STEP], datetime.now(UTC)).read_text()
    assert "1 / 2" in page
    assert "outcome refused" in page
    assert "careline trace t-1" in page
    assert "2,468" in page  # prompt tokens in all
    assert "m&lt;1&gt;" in page
    assert "turn.drafted: &lt;i&gt;" in page  # the failure's timeline
    assert "doing nothing" in page
    assert "<script>" not in page
    assert "&lt;b&gt;bye" in page


def test_a_report_asks_nobody_for_anything(tmp_path: Path) -> None:
    older = SavedRun.of({"sets": {}, "summary": {}, "rows": [row_of(result("q1", True))]}, Path("old.json"))
    rows = [row_of(result("q1", False))]
    newer = SavedRun.of({"sets": {}, "summary": {}, "rows": rows}, Path("new.json"))
    sources = tuple(published(ROOT / "evals" / "published", "cphos"))
    part = section(result("q1", False), published=sources, comparison=compare(older, newer))
    page = write_report(tmp_path / "report.html", "Demo", [part], [], datetime.now(UTC)).read_text()
    assert "became wrong" in page
    assert "2404.01343" in page
    assert not re.search(r"(src|href|action)\s*=|url\(|@import|<link|<script|<img|<iframe", page)


def test_a_locked_row_is_in_the_report_by_name_only(tmp_path: Path) -> None:
    part = section(result("hidden-7", False, locked=True))
    page = write_report(tmp_path / "report.html", "Demo", [part], [], datetime.now(UTC)).read_text()
    assert "hidden-7" in page
    assert "alert(1)" not in page
    assert "t-1" not in page


def test_the_closing_list_names_locked_rows_without_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=200)
    print_wrong(console, [row_of(result("hidden-7", False, locked=True)), row_of(result("q1", False))])
    said = capsys.readouterr().out
    assert "hidden-7 (guide: wrong outcome)" in said
    assert said.count("alert(1)") == 1  # the open row's


def test_charts_are_well_formed_whatever_the_numbers() -> None:
    from xml.etree import ElementTree

    bars = (share_bars({"a<b": (0, 0), "c": (3, 4)}), count_bars({}, "x"), count_bars({"a": 0, "b": 2}, "x"))
    for chart in (*bars, histogram([1.0], "ms"), histogram([0.0, 0.0, 900.0], "ms")):
        ElementTree.fromstring(chart)
    assert "nothing" in histogram([], "ms")


def test_a_confusion_table_has_a_column_for_everything_that_was_taken() -> None:
    made = grid({"guide": {"guide": 3, "none": 1}, "operation": {"guide": 2}})
    assert made.columns == ("guide", "none")
    assert [[cell.turns for cell in cells] for _, cells in made.rows] == [[3, 1], [2, 0]]
    assert (made.rows[0][1][0].shade, made.rows[0][1][0].right, made.rows[1][1][0].right) == (75, True, False)
