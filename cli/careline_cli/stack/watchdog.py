"""A process of its own that outlives the supervisor by seconds: `python -m careline_cli.stack.watchdog GRACE_S`.

It reads `+PID` and `-PID` lines on its standard input. The input ends when the supervisor does, kill -9 included; then
whatever is still registered is asked to end, and killed after GRACE_S. The kernel's parent-death signal (see `launch`)
does the same faster on Linux, for processes that obey; this one is for those that do not, and for other systems.
"""

import os
import signal
import sys
from contextlib import suppress
from typing import TextIO

import psutil


def main(grace_s: float, source: TextIO) -> None:
    """Reads registrations until the end of `source`, then ends what is left."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_all(registered(source), grace_s)


def registered(source: TextIO) -> list[psutil.Process]:
    """The processes that were added and not removed when `source` ended."""
    kept: dict[int, psutil.Process] = {}
    for line in source:
        pid = int(line[1:])
        if line[0] == "-":
            kept.pop(pid, None)
            continue
        # Taken while it runs: psutil then tells it from a later process with the same number.
        with suppress(psutil.NoSuchProcess):
            kept[pid] = psutil.Process(pid)
    return list(kept.values())


def end_all(processes: list[psutil.Process], grace_s: float) -> None:
    """Asks all to end, waits up to `grace_s` for all together, kills the rest with their process groups."""
    for process in processes:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process.send_signal(signal.SIGTERM)
    _, stubborn = psutil.wait_procs(processes, timeout=grace_s)
    for process in stubborn:
        if process.is_running():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.stdin)
