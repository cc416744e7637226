"""The other systems as a service sees them: a component that calls them by pack and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from careline.runtime.component import Health
from careline.tenants.model import Pack

from .answers import Answer
from .errors import NotConfigured
from .http import HttpCaller, new_client
from .settings import Access
from .tools import ToolCaller, ToolSchemas

if TYPE_CHECKING:
    import httpx


class Caller(Protocol):
    """One system."""

    def check(self, call: str, values: Mapping[str, Any]) -> None: ...

    async def call(self, call: str, values: Mapping[str, Any], key: tuple[str, str] | None = None) -> Answer: ...


class Directory:
    """A component. Nothing is loaded or connected before a pack's operation needs it."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._client: httpx.AsyncClient | None = None
        self._schemas = ToolSchemas()

    async def start(self) -> None:
        """Nothing: connections are made when they are needed."""

    async def stop(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def health(self) -> Health:
        """A system that is away is no illness of this process: its operations go to people."""
        return Health(True)

    def of(self, pack: Pack, name: str) -> Caller:
        """The system of this name. Raises NotConfigured when the pack has none."""
        system = pack.systems.get(name)
        if system is None:
            raise NotConfigured(f"the pack {pack.name} has no system {name!r}")
        if system.mcp is not None:
            return ToolCaller(name, system, self._access, self._schemas)
        if self._client is None:
            self._client = new_client()
        return HttpCaller(self._client, name, system, self._access)
