"""Waits until a process serves, or says why it never will."""

import asyncio
from collections.abc import Awaitable, Callable

from careline_cli.stack.errors import DiedAtStart, NotReadyInTime
from careline_cli.stack.process import Child, tail

_POLL_S = 0.1


async def until_ready(child: Child, ready: Callable[[], Awaitable[bool]], timeout_s: float) -> None:
    """Returns when `ready()` is true. Raises DiedAtStart, NotReadyInTime, both with the end of the child's log."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while not await ready():
        if child.exit_code is not None:
            raise DiedAtStart(f"{child.name} ended with code {child.exit_code} while starting.", _last_words(child))
        if loop.time() > deadline:
            raise NotReadyInTime(f"{child.name} did not become ready within {timeout_s:.0f} s.", _last_words(child))
        await asyncio.sleep(_POLL_S)


def _last_words(child: Child) -> str:
    said = tail(child.command.log)
    return f"See {child.command.log}. " + (f"It ends with:\n{said}" if said else "It is empty.")
