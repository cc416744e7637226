"""`careline doctor`."""

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from careline_cli.stack.doctor import Finding, Verdict, examine
from careline_cli.stack.home import Home

app = typer.Typer()
_SIGNS: dict[Verdict, str] = {"ok": "[green]✓[/]", "missing": "[red]✗[/]", "optional": "[yellow]•[/]"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a list of objects.")] = False,
) -> None:
    """What is missing on this machine, and the command that gets it. Exits 1 when Careline cannot run as it is."""
    findings = examine(Home.find(os.environ), os.environ)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    if any(finding.verdict == "missing" for finding in findings):
        raise typer.Exit(1)


def _show(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        sign = _SIGNS[finding.verdict]
        console.print(f"  {sign} {finding.name:<10} {escape(finding.found)}")
        if finding.remedy:
            console.print(f"      [bold]{escape(finding.remedy)}[/] [dim](for {escape(finding.needed_for)})[/]")
    missing = sum(finding.verdict == "missing" for finding in findings)
    console.print(f"[red]{missing} missing.[/]" if missing else "[green]Careline can run here.[/]")
