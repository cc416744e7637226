"""A stack for the length of a command: the one that runs, or one that is started for it and stopped again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from careline_cli.running import Running
from careline_cli.stack.background import start_in_background
from careline_cli.stack.errors import NotRunning
from careline_cli.stack.halt import halt
from careline_cli.stack.home import Home


@contextmanager
def borrowed_stack(env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """The running stack, left as it is; else a stack of this home, stopped at the end whatever happens. `env` adds to
    the environment of a stack that is started."""
    try:
        running = Running.find()
    except NotRunning:
        pass
    else:
        yield running
        return
    home = Home.find(os.environ)
    start_in_background(home, [], bound=True, env=env)
    try:
        yield Running.find()
    finally:
        asyncio.run(halt(home))
        typer.echo("The stack that was started for this is stopped again; its data stays.")
