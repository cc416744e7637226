"""`careline status`."""

import json
import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from careline_cli.stack.home import Home
from careline_cli.stack.report import Line, report

app = typer.Typer()
# As service managers say it (LSB, systemctl status): the program does not run.
NOTHING_RUNS = 3
_HEAD = ("name", "state", "pid", "restarts", "address")
_COLOURS = {"running": "green", "starting": "yellow", "restarting": "yellow", "stopped": "dim"}


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a list of objects.")] = False,
) -> None:
    """Every process of the stack: name, pid, address, state (starting, running, restarting, stopped).

    Each is looked at now; what the supervisor wrote last is not trusted alone. Exits 3 when nothing runs.
    """
    lines = report(Home.find(os.environ))
    if as_json:
        typer.echo(json.dumps([line.as_json() for line in lines], indent=2))
    else:
        _show(lines)
    if not lines:
        raise typer.Exit(NOTHING_RUNS)


def _show(lines: list[Line]) -> None:
    console = Console()
    if not lines:
        console.print("The stack does not run. `careline up` starts it.")
        return
    for line in [_HEAD, *map(_cells, lines)]:
        console.print(_row(line), highlight=False, soft_wrap=True)


def _cells(line: Line) -> tuple[str, ...]:
    return (line.name, line.state, str(line.pid or "-"), str(line.restarts), line.address)


def _row(cells: tuple[str, ...]) -> str:
    name, state, pid, restarts, address = cells
    colour = _COLOURS.get(state, "bold")
    # Columns by hand: a table would cut addresses at the terminal's edge, and those are there to be copied.
    return f"{escape(name):<11} [{colour}]{state:<10}[/] {pid:>7} {restarts:>8}  {escape(address)}"
