"""One supervisor per home: a lock that the kernel releases however its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from careline_cli.stack.errors import AlreadyRunning
from careline_cli.stack.home import Home


@contextmanager
def owning(home: Home) -> Iterator[None]:
    """Owns the home for as long as the block runs. The home must exist. Raises AlreadyRunning."""
    # Opened for appending: a second one that loses the race must not erase the owner's number.
    with home.lock_file.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"The stack of {home.root} already runs (supervisor {_written(home)}).",
                "See it with `careline status`, stop it with `careline down`; "
                "a second one needs a checkout or a CARELINE_HOME of its own.",
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def owner(home: Home) -> int | None:
    """The process number of the supervisor that owns the home now, or None."""
    try:
        with home.lock_file.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _written(home)


def _written(home: Home) -> int:
    try:
        return int(home.lock_file.read_text())
    except (OSError, ValueError):
        return 0
