"""`careline status`."""

import json
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from careline_cli.stack.home import Home
from careline_cli.stack.report import Line, report

app = typer.Typer()
_COLOURS = {"running": "green", "starting": "yellow", "restarting": "yellow", "stopped": "dim"}


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a list of objects.")] = False,
) -> None:
    """Every process of the stack: name, pid, address, state (starting, running, restarting, stopped).

    Each is looked at now; what the supervisor wrote last is not trusted alone.
    """
    lines = report(Home.find(os.environ))
    if as_json:
        typer.echo(json.dumps([line.as_json() for line in lines], indent=2))
        return
    console = Console()
    if not lines:
        console.print("The stack does not run. `careline up` starts it.")
        return
    console.print(_table(lines))


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("name", "state", "pid", "restarts", "address"):
        table.add_column(column, overflow="fold")
    for line in lines:
        state = f"[{_COLOURS[line.state]}]{line.state}[/]"
        restarts = str(line.restarts) if line.restarts else ""
        table.add_row(line.name, state, str(line.pid or ""), restarts, line.address)
    return table
