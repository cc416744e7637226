"""`careline demo`."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

import typer
from rich.console import Console

from careline_cli.borrowed import borrowed_stack
from careline_cli.counting import counted
from careline_cli.demo.show import closing_table, show
from careline_cli.report import write_report
from careline_cli.stack.home import Home

app = typer.Typer()


@app.command()
def demo() -> None:
    """Serve a scripted customer on the real system, evaluate both packs, write a report with charts.

    Boots the stack if it does not run, and stops it again. Exits 0 only if the conversation went as expected and
    nothing was written that nobody asked for.
    """
    console = Console()
    with borrowed_stack() as running:
        shown = asyncio.run(show(running, console))
    console.print(closing_table(shown))
    path = Home.find(os.environ).checkout / "reports" / "demo.html"
    write_report(path, "Careline: the demo", shown.sections, shown.steps, datetime.now(UTC))
    console.print(f"report: {os.path.relpath(path)}")
    if not shown.as_expected:
        console.print("[bold red]The scripted conversation did not go as expected.[/bold red]")
    if shown.wrong_writes:
        console.print(
            f"[bold red]{counted(shown.wrong_writes, 'row was', 'rows were')} written that nobody asked for.[/bold red]"
        )
    if not shown.as_expected or shown.wrong_writes:
        raise typer.Exit(1)
