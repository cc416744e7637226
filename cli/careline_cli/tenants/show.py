"""What was found or done, for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from careline.tenants.load import Loaded
from careline.tenants.publish import Published

from ..counting import counted


def show_loaded(console: Console, loaded: Loaded) -> None:
    """Every problem with its place, or what the pack holds."""
    for problem in loaded.problems:
        console.print(f"{escape(str(loaded.folder / problem.file))}{escape(str(problem).removeprefix(problem.file))}")
    for note in loaded.notes:
        console.print(f"note: {escape(note)}", style="yellow")
    pack = loaded.pack
    if pack is None:
        console.print(f"[bold red]{counted(len(loaded.problems), 'problem')}[/] in {escape(str(loaded.folder))}")
        return
    holds = (
        counted(len(pack.data.tables), "table"),
        counted(len(pack.operations), "operation"),
        counted(len(pack.profile.facts), "fact"),
        counted(len(pack.guide), "passage"),
    )
    languages = ", ".join(pack.tenant.languages)
    console.print(f"[bold green]{pack.name}[/] is fine: {languages}; {', '.join(holds)}; version {pack.version}")


def show_published(console: Console, done: Published) -> None:
    """What was done, or would have been."""
    would = "would " if done.dry_run else ""
    for change in done.changes:
        console.print(f"{would}add: {change}")
    counts = ", ".join(f"{count} {name}" for name, count in done.rows.items())
    detail = f" ({done.rows_detail})" if done.rows_detail else ""
    colour = "yellow" if done.rows_status in ("absent", "none") else "default"
    console.print(f"rows {done.rows_status}: {counts or 'none'}{escape(detail)}", style=colour)
    before = "new" if done.before is None else "unchanged" if done.before == done.version else f"was {done.before}"
    console.print(f"{done.tenant}: {would}use {done.pack} {done.version} ({before})")
