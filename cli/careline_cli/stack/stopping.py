"""Ctrl-C, SIGTERM and SIGHUP as one event; the second one means "now"."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """Installs its signal handlers in the running loop. `signal` is the first one that came, or None."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.at_once: Callable[[], None] = lambda: None
        self._event = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._asked, number)

    async def unless_asked(self, work: Coroutine[Any, Any, None]) -> bool:
        """Runs `work`; True when it ended, False when it was cancelled because a signal came. Raises what it raises."""
        task = asyncio.create_task(work)
        asked = asyncio.create_task(self._event.wait())
        try:
            await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if task.cancelled():
            return False
        task.result()
        return True

    def _asked(self, number: signal.Signals) -> None:
        if self.signal is None:
            self.signal = number
            self._event.set()
        else:
            self.at_once()


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Runs all at once; the first failure cancels the others and is raised as itself, not as a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
