"""Processes of an earlier run whose supervisor is gone."""

import asyncio
import os
import signal
from contextlib import suppress

from careline_cli.stack.state import ProcessRecord, State

_POLL_S = 0.1


async def end_leftovers(record: State, patience_s: float = 12.0) -> int:
    """Asks what an earlier supervisor left to end, waits, kills the rest. Returns how many had to be killed.

    Call only while owning the home: then whatever the record names has no supervisor.
    """
    for process in alive(record):
        _signal(process, signal.SIGTERM)
    left = await _left_after(record, patience_s)
    for process in left:
        _signal(process, signal.SIGKILL)
    await _left_after(record, patience_s)
    return len(left)


async def _left_after(record: State, patience_s: float) -> list[ProcessRecord]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    # Not our children: there is nothing to wait for but to look again.
    while (left := alive(record)) and loop.time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_POLL_S)
    return left


def alive(record: State) -> list[ProcessRecord]:
    """The recorded processes that still run, except ourselves."""
    return [process for process in record.processes if process.alive and process.pid != os.getpid()]


def _signal(process: ProcessRecord, number: signal.Signals) -> None:
    if process.pid is None:
        return
    with suppress(ProcessLookupError, PermissionError):
        if number is signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            os.kill(process.pid, number)
