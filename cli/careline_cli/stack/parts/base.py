"""What every part of the infrastructure can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from careline_cli.stack.errors import PartUnreachable
from careline_cli.stack.process import Command, Watcher

Probe = Callable[[str], Awaitable[None]]


class LocalPart(Protocol):
    """A part that this stack starts. Data under its home survives; `prepare` may be called before every start."""

    name: str
    variable: str

    @property
    def address(self) -> str:
        """What goes into the environment variable `variable` of those who use the part."""
        ...

    async def prepare(self, watcher: Watcher | None) -> None:
        """Downloads, formats or initialises what is not there yet. Raises ToolMissing, PrepareFailed."""
        ...

    def command(self) -> Command:
        """The process to start after `prepare`."""
        ...

    async def ready(self) -> bool:
        """Whether it serves now."""
        ...


@dataclass(frozen=True)
class External:
    """A part that somebody else runs, at an address from the environment."""

    name: str
    variable: str
    address: str
    probe: Probe

    async def check(self) -> None:
        """Raises PartUnreachable when nothing answers at the address."""
        try:
            await self.probe(self.address)
        except Exception as error:
            raise PartUnreachable(
                f"{self.variable} names a {self.name} that does not answer: {_reason(error)}.",
                f"Start it, correct the address, or unset {self.variable} to have the stack start its own.",
            ) from error


Part = LocalPart | External


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__
