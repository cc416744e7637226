"""`careline down`."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from careline_cli.stack.errors import NotConfirmed
from careline_cli.stack.halt import halt
from careline_cli.stack.home import Home
from careline_cli.stack.purge import owned, purge

app = typer.Typer()


@app.command()
def down(
    delete: Annotated[bool, typer.Option("--purge", help="Delete the data too, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop everything that `careline up` started here. Data stays, unless --purge deletes it."""
    home = Home.find(os.environ)
    stopped = asyncio.run(halt(home))
    typer.echo("Stopped." if stopped else "Nothing was running.")
    if delete:
        _purge(home, yes)


def _purge(home: Home, yes: bool) -> None:
    if not owned(home):
        typer.echo(f"There is no data in {home.root}.")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise NotConfirmed("Deleting data needs a yes, and there is nobody to ask.", "Add --yes.")
        typer.confirm(f"Delete all data of the stack in {home.root}?", abort=True)
    purge(home)
    typer.echo(f"Deleted the data in {home.root}. A part at an address of the environment was not touched.")
