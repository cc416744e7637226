"""Reads the log files of the stack."""

import time
from collections.abc import Iterator

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
        have = (
            f"There are: {', '.join(names)}."
            if names
            else "There are none yet: start the stack with `careline up`."
        )
        raise NoSuchLog(f"There is no log of {name}.", have)
    return [name]


def last(home: Home, names: list[str], lines: int) -> Iterator[str]:
    """The last `lines` lines of each, with the name in front when there are several."""
    for name in names:
        said = tail(home.log(name), lines) if lines else ""
        for line in said.splitlines():
            yield _labelled(name, line, names)


def follow(home: Home, names: list[str]) -> Iterator[str]:
    """Whatever is appended from now on, until interrupted. A rotated file is followed from its new beginning."""
    places = {name: _size(home, name) for name in names}
    while True:
        for name in names:
            size = _size(home, name)
            if size < places[name]:
                places[name] = 0
            if size > places[name]:
                with home.log(name).open("rb") as file:
                    file.seek(places[name])
                    data = file.read()
                # A line still being written waits for its end.
                whole = data.rpartition(b"\n")[0]
                places[name] += len(whole) + 1 if b"\n" in data else 0
                yield from (
                    _labelled(name, line, names) for line in whole.decode(errors="replace").splitlines()
                )
        time.sleep(_POLL_S)


def _size(home: Home, name: str) -> int:
    try:
        return home.log(name).stat().st_size
    except FileNotFoundError:
        return 0


def _labelled(name: str, line: str, names: list[str]) -> str:
    return line if len(names) == 1 else f"{name:<14} {line}"
