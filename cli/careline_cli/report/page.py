"""Puts a report together from a transcript and evaluations, and writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from .charts import histogram, share_bars

_TEMPLATES = Environment(
    loader=PackageLoader("careline_cli.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class Section:
    """One evaluation: its title, and summary and rows as `careline eval --json` writes them."""

    title: str
    summary: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]

    @property
    def kinds(self) -> str:
        """Bars of right rows by kind."""
        return share_bars({k: (v["right"], v["rows"]) for k, v in self.summary["by_kind"].items()})

    @property
    def times(self) -> str:
        """Histogram of milliseconds a turn."""
        return histogram([row["ms"] for row in self.rows if row["outcome"]], "ms")

    @property
    def wrong(self) -> list[Mapping[str, Any]]:
        return [row for row in self.rows if not row["right"]]


def write_report(
    path: Path, title: str, sections: Sequence[Section], transcript: Sequence[Mapping[str, Any]], made: datetime
) -> Path:
    """Write the page. `transcript`: steps with customer, reply, route, evidence, outcome, ms, turn, expected."""
    page = _TEMPLATES.get_template("report.html.j2").render(
        title=title, sections=sections, transcript=transcript, made=made
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path
