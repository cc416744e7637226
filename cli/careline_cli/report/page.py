"""Puts a report together from a transcript and evaluations, and writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..evaluation.ablations import Measured
from ..evaluation.compare import Comparison
from ..evaluation.confusion import mistaken
from ..evaluation.published import Published
from .charts import count_bars, histogram, share_bars
from .confused import Grid, grid
from .pipelines import Dot, accuracy_chart, cost_chart, dots

_TEMPLATES = Environment(
    loader=PackageLoader("careline_cli.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
_MOST_FAILURES = 200


@dataclass(frozen=True, slots=True)
class Section:
    """One evaluation: its title, and summary and rows as `careline eval --json` writes them; the pipelines that were
    measured, and what is published on the same questions; the comparison with an older run."""

    title: str
    summary: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    points: Sequence[Measured] = ()
    published: Sequence[Published] = ()
    comparison: Comparison | None = None

    @property
    def kinds(self) -> str:
        """Bars of right rows by kind, and of the policies that do nothing."""
        kinds = {k: (v["right"], v["rows"]) for k, v in self.summary["by_kind"].items()}
        idle = {f"({k})": (v["right"], v["rows"]) for k, v in self.summary["baseline"].items()}
        return share_bars(kinds | idle)

    @property
    def outcomes(self) -> str:
        """How turns ended."""
        return count_bars(self.summary["outcomes"], "outcomes")

    @property
    def times(self) -> str:
        """Histogram of milliseconds a turn."""
        return histogram([row["ms"] for row in self.rows if row["outcome"]], "ms")

    @property
    def routes(self) -> Grid:
        """Expected and given routes."""
        return grid(self.summary["confusion"]["routes"])

    @property
    def mistaken_operations(self) -> list[tuple[str, str, int]]:
        """(expected, given, turns), the most frequent first."""
        return mistaken(self.summary["confusion"]["operations"])

    @property
    def dots(self) -> list[Dot]:
        """Measured and published configurations; nothing where only the deployed system was measured and nothing is
        published."""
        return dots(self.points, self.published) if self.published or len(self.points) > 1 else []

    @property
    def accuracy(self) -> str:
        return accuracy_chart(self.dots)

    @property
    def cost(self) -> str:
        return cost_chart(self.dots)

    @property
    def wrong(self) -> list[Mapping[str, Any]]:
        return [row for row in self.rows if not row["right"]]

    @property
    def shown(self) -> list[Mapping[str, Any]]:
        """Failures that may be read, as many as a page can hold."""
        return [row for row in self.wrong if not row.get("locked")][:_MOST_FAILURES]

    @property
    def locked(self) -> list[Mapping[str, Any]]:
        """Failures of a locked set."""
        return [row for row in self.wrong if row.get("locked")]


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
