"""Runs a tool that ends by itself (Maven, initdb, a formatter), and finds programs on the PATH."""

import shutil
from pathlib import Path

from careline_cli.stack.errors import PrepareFailed, ToolMissing
from careline_cli.stack.install import how_to_get
from careline_cli.stack.process import Child, Command, Watcher, tail


def find(program: str, purpose: str) -> str:
    """The program's path. Raises ToolMissing with this platform's command that installs it."""
    path = shutil.which(program)
    if path is None:
        raise ToolMissing(f"{program} is not installed; {purpose} needs it.", how_to_get(program))
    return path


async def run_tool(command: Command, what: str, hint: str, watcher: Watcher | None, timeout_s: float) -> None:
    """Runs `command` to its end. It dies with us, and when this task is cancelled. Raises PrepareFailed."""
    child = Child(command, watcher)
    try:
        code = await child.wait(timeout_s)
    finally:
        child.kill()
    if code != 0:
        how = f"did not end within {timeout_s:.0f} s" if code is None else f"failed (exit code {code})"
        raise PrepareFailed(f"{what} {how}.", f"{hint} Its last words, from {command.log}:\n{tail(command.log)}")


def writable_by_owner_only(path: Path, text: str) -> None:
    """Writes a small secret file with mode 0600 from the start."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
