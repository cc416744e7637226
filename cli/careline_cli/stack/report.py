"""What runs now, checked against the machine."""

from dataclasses import asdict, dataclass
from typing import Any

from careline_cli.stack import state
from careline_cli.stack.home import Home
from careline_cli.stack.lock import owner
from careline_cli.stack.secrets import SERVICES
from careline_cli.stack.state import ProcessRecord, ProcessState

_ORDER = ("supervisor", "watchdog", "kafka", "postgres", "redis", *SERVICES)


@dataclass(frozen=True)
class Line:
    """One process. `pid` is None when it does not run, and for a part that somebody else runs."""

    name: str
    pid: int | None
    address: str
    state: ProcessState
    restarts: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def report(home: Home) -> list[Line]:
    """A line per process; empty when nothing runs and nothing was left. Raises StateCorrupt, but only of a stack that
    runs: what an earlier one wrote is of no use any more."""
    supervised = owner(home) is not None
    record = state.read(home) if supervised else state.read_or_empty(home)
    lines = sorted((_line(process, supervised) for process in record.processes), key=_place)
    if not supervised and all(line.pid is None for line in lines):
        return []
    return lines


def _place(line: Line) -> int:
    return _ORDER.index(line.name) if line.name in _ORDER else len(_ORDER)


def _line(process: ProcessRecord, supervised: bool) -> Line:
    alive = process.alive
    external = process.pid is None and process.state == "running"
    if alive or (external and supervised):
        seen: ProcessState = process.state
    elif supervised and process.state in ("starting", "restarting", "running"):
        # It died a moment ago, and the supervisor has not said so yet; or it waits for its next start.
        seen = "restarting" if process.state != "starting" else "starting"
    else:
        seen = "stopped"
    return Line(process.name, process.pid if alive else None, process.address, seen, process.restarts)
