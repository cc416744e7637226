"""Starts one process that dies with its parent: `python launch.py PARENT_PID SIGNAL PROGRAM ARGS...`.

Standard library only, because it runs with `-I -S` in front of every process of the stack and must cost little. On
Linux the kernel sends SIGNAL when the parent's thread ends, kill -9 included; elsewhere (and with
CARELINE_NO_PDEATHSIG, for tests) only the watch-dog does.
"""

import os
import sys

_PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> None:
    """Replaces this process by PROGRAM; exits 127 when there is no such program, 1 when the parent is already gone."""
    parent, signal, command = int(argv[0]), int(argv[1]), argv[2:]
    if sys.platform == "linux" and not os.environ.get("CARELINE_NO_PDEATHSIG"):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)
    # The parent may have ended before the kernel was told to watch it.
    if os.getppid() != parent:
        sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"cannot start {command[0]}: {error.strerror}\n")
        sys.exit(127)


if __name__ == "__main__":
    main(sys.argv[1:])
