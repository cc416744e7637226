"""The figures of evaluations for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table


def print_summary(console: Console, title: str, summary: Mapping[str, Any]) -> None:
    """Right of rows by kind, and what else counts, in one table."""
    table = Table(title=title, title_justify="left")
    table.add_column("kind")
    table.add_column("right", justify="right")
    table.add_column("rows", justify="right")
    table.add_column("share", justify="right")
    for kind, counts in summary["by_kind"].items():
        table.add_row(kind, str(counts["right"]), str(counts["rows"]), share(counts))
    table.add_section()
    table.add_row("[bold]all[/bold]", str(summary["right"]), str(summary["rows"]), share(summary))
    for name in ("distinct", "groups_right"):
        counts = summary[name]
        table.add_row(name.replace("_", " "), str(counts["right"]), str(counts["rows"]), share(counts))
    console.print(table)
    console.print(
        f"wrong writes [bold]{summary['wrong_writes']}[/bold] · handed over needlessly "
        f"{summary['handed_over_wrongly']} · p50 {summary['p50_ms']} ms · p99 {summary['p99_ms']} ms · "
        f"LLM calls a turn {summary['llm_calls_per_turn']}"
    )


def print_wrong(console: Console, rows: Sequence[Mapping[str, Any]], most: int = 20) -> None:
    """The wrong rows, each with its reason and where to look."""
    wrong = [row for row in rows if not row["right"]]
    for row in wrong[:most]:
        console.print(
            f"[red]✗[/red] [bold]{escape(row['id'])}[/bold] {escape(row['text'])}\n   "
            f"[red]{escape(row['why'])}[/red]  [dim]{escape(row['reply'][:160])}[/dim]\n   "
            f"[dim]careline trace {row['turn']}[/dim]",
            highlight=False,
        )
    if len(wrong) > most:
        console.print(f"[dim]... and {len(wrong) - most} more (all are in the report and in --json)[/dim]")


def share(counts: Mapping[str, int]) -> str:
    """Right of rows as a percentage."""
    return f"{counts['right'] / counts['rows']:.1%}" if counts["rows"] else "-"
