"""`careline logs`."""

import os
from typing import Annotated

import typer

from careline_cli.stack.home import Home
from careline_cli.stack.logview import follow, known, last

app = typer.Typer()


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="A process (kafka, gateway, ...); all when left out.")] = None,
    follow_: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many lines of the past.")] = 20,
) -> None:
    """What the processes of the stack wrote: the last lines of one, or of each."""
    home = Home.find(os.environ)
    names = known(home, name)
    for line in last(home, names, lines):
        typer.echo(line)
    if follow_:
        for line in follow(home, name):
            typer.echo(line)
