"""Collects what the state file says, and writes it at every change."""

import os
from collections.abc import Mapping

from careline_cli.stack import state
from careline_cli.stack.errors import StateCorrupt
from careline_cli.stack.guard import Guard
from careline_cli.stack.home import Home
from careline_cli.stack.managed import Managed
from careline_cli.stack.parts import External
from careline_cli.stack.ports import PortBook
from careline_cli.stack.stack import without_password
from careline_cli.stack.state import Phase, ProcessRecord, State, created_at


class Register:
    """The supervisor's view of the stack, as others may read it."""

    def __init__(self, home: Home, remembered: Mapping[str, int], ports: PortBook, guard: Guard) -> None:
        self.addresses: dict[str, str] = {}
        self._home = home
        self._remembered = dict(remembered)
        self._ports = ports
        self._guard = guard
        self._phase: Phase = "starting"
        self._managed: list[Managed] = []
        self._external: list[ProcessRecord] = []
        self._created = created_at(os.getpid())

    def phase(self, phase: Phase) -> None:
        self._phase = phase
        self.write()

    def address(self, name: str, address: str) -> None:
        self.addresses[name] = address

    def managed(self, managed: Managed) -> None:
        self._managed.append(managed)

    def external(self, part: External) -> None:
        """A part that answered at an address from the environment; it has no process of ours."""
        address = without_password(part.address)
        self._external.append(ProcessRecord(name=part.name, state="running", address=address))
        self.write()

    def write(self) -> None:
        """Writes the state file as things are now."""
        state.write(
            self._home,
            State(
                phase=self._phase,
                # Ports of what this run did not start stay remembered.
                ports={**self._remembered, **self._ports.taken},
                addresses=self.addresses,
                processes=() if self._phase == "stopped" else self._processes(),
            ),
        )

    def intact(self) -> bool:
        """Whether the state file is still what this stack may have written."""
        try:
            return state.read(self._home).phase == self._phase
        except StateCorrupt:
            return False

    def _processes(self) -> tuple[ProcessRecord, ...]:
        guard = self._guard.pid
        return (
            ProcessRecord(name="supervisor", state="running", pid=os.getpid(), created=self._created),
            ProcessRecord(name="watchdog", state="running", pid=guard, created=created_at(guard)),
            *self._external,
            *(managed.record() for managed in self._managed),
        )
