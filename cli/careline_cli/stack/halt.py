"""Stops a stack from outside."""

import asyncio
import os
import signal
from contextlib import suppress

from careline_cli.stack import state
from careline_cli.stack.home import Home
from careline_cli.stack.leftovers import end_leftovers
from careline_cli.stack.lock import owner, owning
from careline_cli.stack.state import State, created_at

_POLL_S = 0.1
_PATIENCE_S = 60.0


async def halt(home: Home) -> bool:
    """Asks the supervisor to stop and waits; without one, ends what an earlier run left. True when something ran."""
    # Stopping must work whatever happened to the record: the lock alone names the supervisor.
    record = state.read_or_empty(home)
    supervisor = owner(home)
    if supervisor:
        await _end_supervisor(home, supervisor)
    if not home.root.is_dir():
        return False
    with owning(home):
        left = [process for process in record.processes if process.alive]
        await end_leftovers(record)
        after, broken = state.repair(home)
        if after.processes or broken:
            state.write(home, State(ports=after.ports))
    return bool(supervisor or left)


async def _end_supervisor(home: Home, pid: int) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _PATIENCE_S
    number = signal.SIGTERM
    born = created_at(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    # Not only until it gives the home back: it must be gone.
    while born is not None and created_at(pid) == born:
        if number is signal.SIGTERM and loop.time() > deadline:
            # It hangs; its children die with it.
            number = signal.SIGKILL
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        await asyncio.sleep(_POLL_S)
