"""What the supervisor tells everybody else: one JSON file, replaced as a whole, readable by its owner only."""

from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from careline_cli.stack.errors import StateCorrupt
from careline_cli.stack.home import Home

ProcessState = Literal["starting", "running", "restarting", "stopped"]
Phase = Literal["starting", "running", "stopping", "stopped"]

# The machine's boot time, from which a process's start is computed, may be corrected by this much.
_CLOCK_SLACK_S = 2.0


class ProcessRecord(BaseModel):
    """One process as the supervisor last saw it. `pid` is None for a part that somebody else runs.

    `created` (seconds since the epoch) tells the process from a later one with the same number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: ProcessState
    pid: int | None = None
    created: float | None = None
    address: str = ""
    restarts: int = 0

    @property
    def alive(self) -> bool:
        """Whether exactly this process still runs."""
        now = created_at(self.pid) if self.pid is not None else None
        return now is not None and (self.created is None or abs(now - self.created) < _CLOCK_SLACK_S)


class State(BaseModel):
    """The stack's record. `addresses` hold passwords where the part needs one; `ports` outlive a stop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    phase: Phase = "stopped"
    ports: dict[str, int] = Field(default_factory=dict)
    addresses: dict[str, str] = Field(default_factory=dict)
    processes: tuple[ProcessRecord, ...] = ()


def read(home: Home) -> State:
    """The record, or an empty one when there is none yet. Raises StateCorrupt."""
    path = home.state_file
    try:
        return State.model_validate_json(path.read_text())
    except FileNotFoundError:
        return State()
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise StateCorrupt(
            f"{path} cannot be read as the stack's record.",
            "A running stack writes it anew within seconds, else the next `careline up` does. Data and secrets stay.",
        ) from error


def read_or_empty(home: Home) -> State:
    """The record, or an empty one also when it cannot be read: for those who go on whatever happened to it."""
    try:
        return read(home)
    except StateCorrupt:
        return State()


def repair(home: Home) -> tuple[State, Path | None]:
    """The record; one that cannot be read is set aside as `state.json.broken` (its path is returned) and an empty one
    taken instead. Call only while owning the home. Raises StateCorrupt when it cannot even be set aside."""
    try:
        return read(home), None
    except StateCorrupt as error:
        aside = home.state_file.with_suffix(".json.broken")
        try:
            home.state_file.replace(aside)
        except OSError:
            raise error from None
        return State(), aside


def write(home: Home, state: State) -> None:
    """Replaces the record; a reader sees the old one or the new one."""
    draft = home.state_file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(state.model_dump_json(indent=2))
    draft.replace(home.state_file)


def created_at(pid: int) -> float | None:
    """When the process started, or None when it is gone or only waits to be reaped."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
