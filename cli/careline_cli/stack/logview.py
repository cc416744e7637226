"""Reads the log files of the stack."""

import time
from collections.abc import Iterator
from pathlib import Path

from careline_cli.stack.errors import NoSuchLog
from careline_cli.stack.home import Home
from careline_cli.stack.process import tail

_POLL_S = 0.2


def known(home: Home, name: str | None) -> list[str]:
    """The names to show: `name`, or all there are. Raises NoSuchLog."""
    names = sorted(path.stem for path in home.logs.glob("*.log"))
    if name is None:
        return names
    if name not in names:
        have = f"There are: {', '.join(names)}." if names else "There are none yet: start the stack with `careline up`."
        raise NoSuchLog(f"There is no log of {name!r}.", have)
    return [name]


def last(home: Home, names: list[str], lines: int) -> Iterator[str]:
    """The last `lines` lines of each, with the name in front when there are several."""
    for name in names:
        said = tail(home.log(name), lines) if lines else ""
        for line in said.splitlines():
            yield _labelled(name, line, names)


def follow(home: Home, name: str | None) -> Iterator[str]:
    """Whatever is appended from now on, to `name` or to any log, also to one that is yet to appear. Never ends."""
    followed = {one: Follower(home.log(one)) for one in known(home, name)}
    while True:
        time.sleep(_POLL_S)
        names = known(home, name)
        for one in names:
            follower = followed.setdefault(one, Follower(home.log(one), from_start=True))
            yield from (_labelled(one, line, names) for line in follower.news())


class Follower:
    """Remembers how far a log was read. A log that was put aside is followed in the one that replaces it."""

    def __init__(self, log: Path, *, from_start: bool = False) -> None:
        self._log = log
        self._file, size = _identity(log)
        self._place = 0 if from_start else size

    def news(self) -> list[str]:
        """The whole lines since the last call; a line still being written waits for its end."""
        file, size = _identity(self._log)
        if file != self._file or size < self._place:
            self._file, self._place = file, 0
        if size == self._place:
            return []
        with self._log.open("rb") as opened:
            opened.seek(self._place)
            whole, end, _ = opened.read().rpartition(b"\n")
        self._place += len(whole) + len(end)
        return whole.decode(errors="replace").splitlines()


def _identity(log: Path) -> tuple[int, int]:
    try:
        status = log.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_ino, status.st_size


def _labelled(name: str, line: str, names: list[str]) -> str:
    return line if len(names) == 1 else f"{name:<14} {line}"
