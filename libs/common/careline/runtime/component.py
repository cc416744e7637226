"""What a service is made of: components that start in order, stop in reverse, and say how they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a component can do its work now; `detail` says what is wrong, in words for an operator."""

    ok: bool
    detail: str = ""


@runtime_checkable
class Component(Protocol):
    """A part of a service with a life: a pool, a consumer, a sweeper."""

    async def start(self) -> None:
        """Ready for work on return."""

    async def stop(self) -> None:
        """Finish what is under way, within the drain limit; called once."""

    def health(self) -> Health:
        """Cheap and without waiting."""


@runtime_checkable
class Measured(Protocol):
    """A component with metrics of its own, in the Prometheus text format."""

    def metrics(self) -> bytes:
        """All of them."""


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """A component made of two coroutines, for parts that have no health of their own."""

    on_start: Callable[[], Awaitable[object]] = field(default=_nothing)
    on_stop: Callable[[], Awaitable[object]] = field(default=_nothing)

    async def start(self) -> None:
        await self.on_start()

    async def stop(self) -> None:
        await self.on_stop()

    def health(self) -> Health:
        return Health(True)
