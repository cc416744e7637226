"""Brings the stack up, keeps it up, takes it down. It owns the home while it lives."""

import asyncio
from collections.abc import Mapping

from careline_cli.counting import counted
from careline_cli.errors import CommandError
from careline_cli.stack import state
from careline_cli.stack.errors import StepFailed
from careline_cli.stack.guard import Guard
from careline_cli.stack.home import Home
from careline_cli.stack.leftovers import end_leftovers
from careline_cli.stack.lock import owning
from careline_cli.stack.managed import Managed
from careline_cli.stack.parts import External, Part
from careline_cli.stack.parts.choice import choose_parts
from careline_cli.stack.plan import Plan, Service, Step
from careline_cli.stack.ports import PortBook
from careline_cli.stack.progress import Progress
from careline_cli.stack.recipes import part_recipe, service_recipe
from careline_cli.stack.register import Register
from careline_cli.stack.secrets import load_or_create
from careline_cli.stack.stack import Stack, without_password
from careline_cli.stack.stopping import Stopping, together

_GUARD_POLL_S = 1.0


class Supervisor:
    """One run of the stack. `env` is the environment that services inherit and that may name existing parts."""

    def __init__(
        self,
        home: Home,
        plan: Plan,
        env: Mapping[str, str],
        progress: Progress,
        gateway_port: int | None = None,
    ) -> None:
        self._home = home
        self._plan = plan
        self._env = env
        self._progress = progress
        self._gateway_port = gateway_port
        self._parts: list[Managed] = []
        self._services: list[Managed] = []

    async def run(self) -> int:
        """Until a signal ends it. Returns the exit code: 0, or 128 + signal when it came before the stack was up.

        Raises a StackError when the stack cannot be brought up; everything is stopped again by then.
        """
        stopping = Stopping()
        stopping.at_once = self._kill
        self._home.create()
        with owning(self._home):
            remembered, broken = state.repair(self._home)
            if broken:
                self._progress.note(f"state.json could not be read: set aside as {broken}, and begun anew")
            # Whoever looks now must not take what a killed run had written for ours.
            state.write(self._home, remembered.model_copy(update={"phase": "starting"}))
            killed = await end_leftovers(remembered)
            if killed:
                self._progress.note(f"killed {counted(killed, 'process', 'processes')} that an earlier run had left")
            self._ports = PortBook(remembered.ports)
            self._guard = Guard(self._home)
            self._register = Register(self._home, remembered.ports, self._ports, self._guard)
            try:
                up = await stopping.unless_asked(self._bring_up())
                if up:
                    await stopping.unless_asked(self._keep_up())
            finally:
                await self._take_down()
                self._progress.stopped([managed.name for managed in (*self._parts, *self._services)], self._home.root)
        return 0 if up or stopping.signal is None else 128 + stopping.signal

    async def _bring_up(self) -> None:
        self._register.phase("starting")
        secrets = load_or_create(self._home)
        if self._gateway_port is not None:
            self._ports.demand("gateway", self._gateway_port)
        parts = choose_parts(self._home, self._ports, secrets, self._env)
        await together(*(self._bring_part(part) for part in parts))
        services = {service: self._ports.take(service.name) for service in self._plan.services}
        for service, port in services.items():
            self._register.address(service.name, f"http://127.0.0.1:{port}")
        stack = Stack(self._home, secrets, self._register.addresses)
        for step in self._plan.steps:
            await self._take(step, stack)
        await together(*(self._bring_service(service, stack, port) for service, port in services.items()))
        # Said first: whoever waits for the phase shows what was said until then, and this line belongs to it.
        self._progress.up(self._register.addresses.get("gateway"))
        self._register.phase("running")

    async def _bring_part(self, part: Part) -> None:
        remark = [without_password(part.address)]
        with self._progress.doing(part.name, remark):
            self._register.address(part.name, part.address)
            if isinstance(part, External):
                await part.check()
                self._register.external(part)
                remark.append(f"(from {part.variable})")
                return
            await part.prepare(self._guard)
            await self._start(Managed(part_recipe(part), self._guard, self._changed), self._parts)

    async def _bring_service(self, service: Service, stack: Stack, port: int) -> None:
        recipe = service_recipe(service, stack, port, self._env)
        with self._progress.doing(service.name, [recipe.address]):
            await self._start(Managed(recipe, self._guard, self._changed), self._services)

    async def _start(self, managed: Managed, among: list[Managed]) -> None:
        among.append(managed)
        self._register.managed(managed)
        await managed.start()

    async def _take(self, step: Step, stack: Stack) -> None:
        remark: list[str] = []
        with self._progress.doing(step.name, remark):
            try:
                said = await step.run(stack)
            except (CommandError, asyncio.CancelledError):
                raise
            except Exception as error:
                reason = " ".join(str(error).split()) or type(error).__name__
                raise StepFailed(
                    f"The step {step.name} failed: {type(error).__name__}: {reason}",
                    "Nothing was left running. `careline up` repeats it once the cause is gone.",
                ) from error
            if said:
                remark.append(said)

    async def _keep_up(self) -> None:
        everybody = [managed.keep() for managed in (*self._parts, *self._services)]
        await together(*everybody, self._keep_guard())

    async def _keep_guard(self) -> None:
        while True:
            await asyncio.sleep(_GUARD_POLL_S)
            if self._guard.check():
                self._register.write()
                self._progress.note("the watch-dog had died and was replaced")
            if not self._register.intact():
                self._register.write()
                self._progress.note("state.json could not be read any more and was written anew")

    async def _take_down(self) -> None:
        self._register.phase("stopping")
        self._progress.stopping()
        # Services first: they may still finish what they have begun.
        await together(*(managed.stop() for managed in self._services))
        await together(*(managed.stop() for managed in self._parts))
        self._guard.close()
        self._register.phase("stopped")

    def _changed(self, remark: str) -> None:
        self._register.write()
        if remark:
            self._progress.note(remark)

    def _kill(self) -> None:
        for managed in (*self._services, *self._parts):
            managed.kill()
