"""Deletes what the stack keeps in its home: data, logs, secrets, the record. Downloads (jars, encoder) stay."""

import shutil
from pathlib import Path

from careline_cli.stack.home import Home
from careline_cli.stack.lock import owning

# Named one by one: a CARELINE_HOME may hold other things, which are not ours to delete.
_DATA = ("kafka", "postgres", "redis", "logs", "state.json", "state.new", "secrets.json", "secrets.new")


def owned(home: Home) -> list[Path]:
    """What `purge` would delete."""
    return [home.root / name for name in _DATA if (home.root / name).exists()]


def purge(home: Home) -> None:
    """Deletes it. Raises AlreadyRunning when a supervisor owns the home."""
    with owning(home):
        for path in owned(home):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    home.lock_file.unlink(missing_ok=True)
