"""One child process: how it is started, watched and stopped."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_LAUNCH = str(Path(__file__).with_name("launch.py"))
_MAX_LOG_BYTES = 20_000_000


@dataclass(frozen=True)
class Command:
    """What to run: `argv`, its whole environment, its log file, and the signal that asks it to end (`stop_signal`).

    `grace_s` is how long it may take to end before it is killed; `nice` by how much it gives way to other processes.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 15.0
    nice: int = 0


class Watcher(Protocol):
    """Is told which processes must not outlive the supervisor."""

    def add(self, pid: int) -> None: ...

    def remove(self, pid: int) -> None: ...


class Child:
    """A running process in a session of its own, so that a Ctrl-C at the terminal reaches only the supervisor."""

    def __init__(self, command: Command, watcher: Watcher | None = None) -> None:
        """Starts it at once. Call from the main thread: on Linux a child dies with the *thread* that made it."""
        self.command = command
        self.name = command.name
        self._watcher = watcher
        self._reaped = False
        rotate(command.log)
        with command.log.open("ab") as log:
            self._process = subprocess.Popen(
                bound_to_us(command.argv, command.orphan_signal),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(command.env),
                start_new_session=True,
            )
        if command.nice:
            with contextlib.suppress(OSError):  # it has ended already
                os.setpriority(os.PRIO_PROCESS, self.pid, command.nice)
        if watcher is not None:
            watcher.add(self.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    async def wait(self, timeout_s: float | None = None, *, poll_s: float = 0.05) -> int | None:
        """Its exit code, or None when it still runs after `timeout_s`. Looks every `poll_s`."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout_s is None else loop.time() + timeout_s
        while self.exit_code is None:
            if deadline is not None and loop.time() >= deadline:
                return None
            await asyncio.sleep(poll_s)
        return self.exit_code

    async def stop(self) -> None:
        """Asks it to end, waits for its grace, kills what is left of its session. Never raises."""
        self._signal(self.command.stop_signal)
        try:
            await self.wait(self.command.grace_s)
        finally:
            self.kill()

    def kill(self) -> None:
        """Ends it and everything it started in its process group, without asking. Once: numbers are used again."""
        if self._reaped:
            return
        self._reaped = True
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        if self._watcher is not None:
            self._watcher.remove(self.pid)

    def _signal(self, number: signal.Signals) -> None:
        if self.exit_code is None:
            self._process.send_signal(number)

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def bound_to_us(argv: Sequence[str], orphan_signal: signal.Signals) -> list[str]:
    """The argv that starts `argv` so that it gets `orphan_signal` when this process dies."""
    return [sys.executable, "-I", "-S", _LAUNCH, str(os.getpid()), str(int(orphan_signal)), *argv]


def rotate(log: Path) -> None:
    """Keeps one old log (`name.log.1`) when the log has grown past 20 MB."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > _MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int = 8) -> str:
    """The log's last lines, for an error message; empty when there is no log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
