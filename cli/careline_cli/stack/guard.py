"""The supervisor's end of the watch-dog: registers processes through a pipe that closes when the supervisor dies."""

import subprocess
import sys
from contextlib import suppress

from careline_cli.stack.home import Home

_GRACE_S = 8.0


class Guard:
    """Starts the watch-dog; a Watcher. A watch-dog that was killed is replaced at the next change or `check`."""

    def __init__(self, home: Home) -> None:
        self._log = home.log("watchdog")
        self._pids: list[int] = []
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def add(self, pid: int) -> None:
        self._pids.append(pid)
        self._tell(f"+{pid}\n")

    def remove(self, pid: int) -> None:
        if pid in self._pids:
            self._pids.remove(pid)
            self._tell(f"-{pid}\n")

    def check(self) -> bool:
        """Replaces a dead watch-dog; True when it had to."""
        if self._process.poll() is None:
            return False
        self._process = self._start()
        for pid in self._pids:
            self._write(f"+{pid}\n")
        return True

    def close(self) -> None:
        """Ends the watch-dog, which first ends whatever is still registered."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(_GRACE_S + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: str) -> None:
        # A new watch-dog learns everything at its start.
        if not self.check():
            self._write(line)

    def _write(self, line: str) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _start(self) -> "subprocess.Popen[str]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-m", "careline_cli.stack.watchdog", str(_GRACE_S)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
