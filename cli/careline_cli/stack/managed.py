"""One process kept alive: started, waited for, restarted when it dies, stopped."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from careline_cli.stack.backoff import Backoff
from careline_cli.stack.errors import ProcessError
from careline_cli.stack.process import Child, Command, Watcher
from careline_cli.stack.stack import without_password
from careline_cli.stack.state import ProcessRecord, ProcessState, created_at
from careline_cli.stack.waiting import until_ready


@dataclass(frozen=True)
class Recipe:
    """How to run a process: `command` (built anew for each start), and how to see that it serves."""

    name: str
    address: str
    command: Callable[[], Command]
    ready: Callable[[], Awaitable[bool]]
    ready_within_s: float = 60.0
    backoff: Backoff = field(default_factory=Backoff)


class Managed:
    """`changed` is called after every change of state, with a remark worth showing or an empty string."""

    def __init__(self, recipe: Recipe, watcher: Watcher | None, changed: Callable[[str], None]) -> None:
        self.recipe = recipe
        self.name = recipe.name
        self._watcher = watcher
        self._changed = changed
        self._child: Child | None = None
        self._state: ProcessState = "starting"
        self._restarts = 0

    def record(self) -> ProcessRecord:
        """What the state file says about this process."""
        child = self._child
        pid = child.pid if child is not None and child.exit_code is None else None
        return ProcessRecord(
            name=self.name,
            state=self._state,
            pid=pid,
            created=None if pid is None else created_at(pid),
            address=without_password(self.recipe.address),
            restarts=self._restarts,
        )

    async def start(self) -> None:
        """Starts it and returns when it serves. Raises DiedAtStart, NotReadyInTime; the process may then still run."""
        self._child = Child(self.recipe.command(), self._watcher)
        self._set(self._state)
        await until_ready(self._child, self.recipe.ready, self.recipe.ready_within_s)
        self._set("running")

    async def keep(self) -> None:
        """Restarts it whenever it dies, with the recipe's back-off, until cancelled."""
        deaths = 0
        since = time.monotonic()
        while self._child is not None:
            code = await self._child.wait(poll_s=0.2)
            self._child.kill()  # what it started itself and left behind
            deaths = self.recipe.backoff.deaths(deaths, time.monotonic() - since)
            delay_s = self.recipe.backoff.delay_s(deaths)
            self._restarts += 1
            self._set("restarting", f"{self.name} ended ({ending(code)}); starting it again in {delay_s:.1f} s")
            await asyncio.sleep(delay_s)
            since = time.monotonic()
            await self._start_again()

    async def stop(self) -> None:
        """Ends it. Never raises."""
        if self._child is not None:
            await self._child.stop()
        self._set("stopped")

    def kill(self) -> None:
        """Ends it without asking."""
        if self._child is not None:
            self._child.kill()

    async def _start_again(self) -> None:
        try:
            await self.start()
        except ProcessError as error:
            self._set("restarting", error.message)
            if self._child is not None:
                await self._child.stop()
        else:
            self._set("running", f"{self.name} is back")

    def _set(self, state: ProcessState, remark: str = "") -> None:
        self._state = state
        self._changed(remark)


def ending(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "still running"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
