"""The report: figures, charts, wrong rows, and no way for a customer's words to become markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careline_cli.report import Section, write_report
from careline_cli.report.charts import histogram, share_bars

pytestmark = pytest.mark.unit

ROW = {"id": "q1", "right": False, "why": "outcome refused", "outcome": "refused", "ms": 12.0, "turn": "t-1",
       "text": "<script>alert(1)</script>", "reply": "no"}  # fmt: skip
SUMMARY = {
    "rows": 2, "right": 1, "wrong_writes": 0, "handed_over_wrongly": 0, "p50_ms": 9.0, "p99_ms": 12.0,
    "llm_calls_per_turn": 0.0, "groups_right": {"rows": 1, "right": 0},
    "by_kind": {"guide": {"rows": 1, "right": 1}, "operation": {"rows": 1, "right": 0}},
}  # fmt: skip
STEP = {"customer": "Hi & <b>bye</b>", "reply": "Hello", "route": "small_talk", "evidence": "", "outcome": "small_talk",
        "ms": 5.0, "turn": "t-0", "expected": ""}  # fmt: skip


def test_a_report_shows_figures_transcript_and_wrong_rows_safely(tmp_path: Path) -> None:
    section = Section("shop", SUMMARY, [ROW, ROW | {"id": "q2", "right": True}])
    page = write_report(tmp_path / "a/report.html", "Demo", [section], [STEP], datetime.now(UTC)).read_text()
    assert "1 / 2" in page
    assert "outcome refused" in page
    assert "careline trace t-1" in page
    assert "<script>" not in page
    assert "&lt;b&gt;bye" in page
    assert not re.search(r"(src|href)=.http", page)


def test_charts_are_well_formed_whatever_the_numbers() -> None:
    from xml.etree import ElementTree

    for chart in (share_bars({"a<b": (0, 0), "c": (3, 4)}), histogram([1.0], "ms"), histogram([0.0, 0.0, 900.0], "ms")):
        ElementTree.fromstring(chart)
    assert "nothing" in histogram([], "ms")
