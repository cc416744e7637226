"""`careline up --detach`: the same supervisor in a session of its own, watched until it is up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import typer

from careline_cli.stack import state
from careline_cli.stack.errors import AlreadyRunning, DiedAtStart
from careline_cli.stack.home import Home
from careline_cli.stack.lock import owner
from careline_cli.stack.process import bound_to_us, rotate

_POLL_S = 0.1


def start_in_background(
    home: Home,
    options: list[str],
    *,
    bound: bool = False,
    module: tuple[str, ...] = ("careline_cli", "up"),
    env: Mapping[str, str] | None = None,
) -> None:
    """Returns when the stack is up, having shown what the supervisor said. Ctrl-C stops the start.

    `bound`: the stack is stopped when this process dies, however it dies (on Linux); else it runs on until `down`.
    `module` is the supervisor's, with its arguments; `env` adds to the environment of the stack.
    Raises AlreadyRunning; DiedAtStart when the supervisor ended instead.
    """
    home.create()
    running = owner(home)
    if running is not None:
        raise AlreadyRunning(
            f"The stack of {home.root} already runs (supervisor {running}).", "See it with `careline status`."
        )
    argv = [sys.executable, "-m", *module, *options]
    log = home.log("supervisor")
    rotate(log)
    with log.open("ab") as file:
        start = file.tell()
        process = subprocess.Popen(
            bound_to_us(argv, signal.SIGTERM) if bound else argv,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **(env or {}), "PYTHONUNBUFFERED": "1"},
        )
    try:
        _watch(process, home, log, start)
        if not bound:
            typer.echo("It runs on in the background: `careline status`, `careline logs`, `careline down`.")
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _watch(process: "subprocess.Popen[bytes]", home: Home, log: Path, start: int) -> None:
    with log.open("r", errors="replace") as said:
        said.seek(start)
        while process.poll() is None:
            typer.echo(said.read(), nl=False)
            if owner(home) == process.pid and state.read_or_empty(home).phase == "running":
                return
            time.sleep(_POLL_S)
        typer.echo(said.read(), nl=False)
    raise DiedAtStart(f"The stack did not come up (exit code {process.returncode}).", f"See above, and {log}.")
