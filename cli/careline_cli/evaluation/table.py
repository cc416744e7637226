"""The figures of evaluations for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .ablations import Measured
from .compare import Comparison
from .confusion import mistaken
from .published import Published


def print_summary(console: Console, title: str, summary: Mapping[str, Any]) -> None:
    """Right of rows by kind, what doing nothing would score, and what else counts."""
    table = Table(title=title, title_justify="left")
    table.add_column("kind")
    for name in ("right", "rows", "share"):
        table.add_column(name, justify="right")
    for kind, counts in summary["by_kind"].items():
        table.add_row(kind, str(counts["right"]), str(counts["rows"]), share(counts))
    table.add_section()
    table.add_row("[bold]all[/bold]", str(summary["right"]), str(summary["rows"]), share(summary))
    for name in ("distinct", "groups_right"):
        counts = summary[name]
        table.add_row(name.replace("_", " "), str(counts["right"]), str(counts["rows"]), share(counts))
    table.add_section()
    for name, counts in summary["baseline"].items():
        table.add_row(f"[dim]doing nothing: {name}[/dim]", str(counts["right"]), str(counts["rows"]), share(counts))
    console.print(table)
    console.print(
        f"wrong writes [bold]{summary['wrong_writes']}[/bold] · handed over needlessly "
        f"{summary['handed_over_wrongly']} · p50 {summary['p50_ms']} ms · p99 {summary['p99_ms']} ms"
    )
    print_spending(console, summary["llm"])
    for wanted, given, n in mistaken(summary["confusion"]["routes"])[:5]:
        console.print(f"[dim]{n} x route {given} instead of {wanted}[/dim]", highlight=False)


def print_spending(console: Console, llm: Mapping[str, Any]) -> None:
    """What was asked of language models, in all and per turn."""
    total, mean = llm["total"], llm["per_turn"]
    if not total["calls"]:
        console.print(f"no language model was asked in {llm['turns']} turns")
        return
    console.print(
        f"language models: {total['calls']} calls in {llm['turns']} turns ({llm['turns_without']} turns asked none) · "
        f"tokens {total['prompt_tokens']} + {total['completion_tokens']} · characters {total['prompt_chars']} + "
        f"{total['completion_chars']} · money {total['money']:.6g}"
    )
    console.print(
        f"a turn: {mean['calls']} calls · {mean['prompt_tokens']} + {mean['completion_tokens']} tokens · "
        f"{mean['prompt_chars']} + {mean['completion_chars']} characters · money {mean['money']:.6g}"
    )
    if total["failed"]:
        console.print(f"[yellow]{total['failed']} times a model gave no usable answer[/yellow]")


def print_wrong(console: Console, rows: Sequence[Mapping[str, Any]], most: int = 20) -> None:
    """The wrong rows, each with its reason and where to look; of a locked set only their names."""
    wrong = [row for row in rows if not row["right"]]
    readable = [row for row in wrong if not row.get("locked")]
    for row in readable[:most]:
        console.print(
            f"[red]✗[/red] [bold]{escape(row['id'])}[/bold] {escape(row['text'])}\n   "
            f"[red]{escape(row['why'])}[/red]  [dim]{escape(row['reply'][:160])}[/dim]\n   "
            f"[dim]careline trace {row['turn']}[/dim]",
            highlight=False,
        )
    if len(readable) > most:
        console.print(f"[dim]... and {len(readable) - most} more (all are in the report and in --json)[/dim]")
    locked = [f"{row['id']} ({row['kind']}: {row['why']})" for row in wrong if row.get("locked")]
    if locked:
        console.print(f"[red]✗[/red] of the locked set: {escape(', '.join(locked))}", highlight=False)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """What became right and wrong, and by how much the figures differ."""
    console.print(
        f"compared with {escape(comparison.before)}: {comparison.right_before} -> {comparison.right_now} of "
        f"{comparison.shared} shared rows right; {len(comparison.became_right)} became right, "
        f"{len(comparison.became_wrong)} wrong (McNemar p = {comparison.p:.3g})",
        highlight=False,
    )
    for mark, rows in (("[green]+[/green]", comparison.became_right), ("[red]-[/red]", comparison.became_wrong)):
        for row in rows[:20]:
            console.print(f"  {mark} {escape(row['id'])} {escape(row.get('text', ''))}", highlight=False)
    for each in comparison.differences:
        if not each.low and not each.high:
            continue
        clear = "" if each.is_clear else " (not clear)"
        console.print(
            f"  {each.name}: {each.before:g} -> {each.now:g} a question, difference in "
            f"[{each.low:g}, {each.high:g}]{clear}",
            highlight=False,
            markup=False,
        )
    for name in comparison.other_sets:
        console.print(f"[yellow]{escape(name)} is not the same file in both runs[/yellow]")
    if comparison.only_before or comparison.only_now:
        console.print(f"[dim]not in both: {comparison.only_before} rows before, {comparison.only_now} now[/dim]")


def print_measured(console: Console, points: Sequence[Measured]) -> None:
    """One line for each pipeline."""
    table = Table(title="what each part is worth", title_justify="left")
    table.add_column("", no_wrap=True)
    for name in ("system %", "guide %", "right", "rows", "wrong writes", "calls", "chars", "money", "p50 ms"):
        table.add_column(name, justify="right")
    for point in points:
        figures = (point.system, point.guide, point.right, point.rows, point.wrong_writes, point.calls,
                   point.prompt_chars, point.money, point.p50_ms)  # fmt: skip
        table.add_row(point.name, *("-" if figure is None else f"{figure:g}" for figure in figures))
    console.print(table)


def print_published(console: Console, source: Published) -> None:
    """The best of what is published, in a line."""
    best = source.best
    calls = f", {best.calls[0]:g} to {best.calls[1]:g} calls" if best.calls else ""
    chars = f", {best.prompt_chars:,} prompt characters" if best.prompt_chars else ""
    console.print(
        f"published, {source.title}, {best.label}: system {best.system} %, guide {best.guide} %{calls}{chars} "
        f"a question [dim]({escape(source.source)})[/dim]",
        highlight=False,
    )


def share(counts: Mapping[str, int]) -> str:
    """Right of rows as a percentage."""
    return f"{counts['right'] / counts['rows']:.1%}" if counts["rows"] else "-"
