"""One call of a tool (Model Context Protocol): over HTTP, or of a command on its standard input and output.

Each call has a session of its own: what fails before the tool is called has certainly not been done.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from careline.tenants.model import HttpCall, System

from .answers import Answer
from .errors import CallError, NoClearAnswer, NotConfigured, Unreachable
from .outgoing import outgoing
from .settings import Access

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult

log = logging.getLogger("careline.systems")

FRESH_S = 300.0  # how long a server's description of its tools is believed
MOST_TOOLS = 1000
_REFUSED = frozenset({-32600, -32601, -32602})  # JSON-RPC: no request, no method, bad arguments: nothing was begun


@dataclass(slots=True)
class ToolSchemas:
    """What servers said of their tools: the input schema by tool, and until when to believe it (monotonic)."""

    known: dict[str, tuple[float, dict[str, dict[str, Any]]]] = field(default_factory=dict)

    def of(self, name: str) -> dict[str, dict[str, Any]] | None:
        found = self.known.get(name)
        return found[1] if found is not None and time.monotonic() < found[0] else None

    def keep(self, name: str, tools: dict[str, dict[str, Any]]) -> None:
        self.known[name] = (time.monotonic() + FRESH_S, tools)


@dataclass(frozen=True, slots=True)
class ToolCaller:
    """Calls the tools of one server."""

    name: str
    system: System
    access: Access
    schemas: ToolSchemas

    def check(self, call: str, values: Mapping[str, Any]) -> None:
        """Raises BadValue, NotConfigured when the server's own description, if known, does not take these values."""
        known = self.schemas.of(self.name)
        if known is not None:
            self._arguments(call, known, values, None, checking=True)

    async def tools(self) -> dict[str, dict[str, Any]]:
        """The input schemas of all tools. Raises CallError."""
        try:
            async with asyncio.timeout(self.system.seconds), self._session() as client:
                return await self._listed(client)
        except Exception as error:  # noqa: BLE001 - whatever broke, there is no list
            raise _own(error) or self._failed(error, sent=False) from None

    async def call(self, call: str, values: Mapping[str, Any], key: tuple[str, str] | None = None) -> Answer:
        """The tool's answer. `key` is the argument of the idempotency key, and the key. Raises CallError."""
        from mcp import MCPError

        sent = False
        try:
            async with asyncio.timeout(self.system.seconds), self._session() as client:
                known = self.schemas.of(self.name) or await self._listed(client)
                arguments = self._arguments(call, known, values, key)
                sent = True
                try:
                    return self._answer(await client.call_tool(call, arguments))
                except MCPError as error:
                    if error.code in _REFUSED:
                        return Answer(0, error=True)
                    raise
        except Exception as error:  # noqa: BLE001 - whatever broke, what counts is whether the call was on its way
            raise _own(error) or self._failed(error, sent=sent) from None

    def _failed(self, error: Exception, *, sent: bool) -> CallError:
        log.warning("%s: %s %s the call", self.name, type(error).__name__, "after" if sent else "before")
        text = f"{self.name}: {type(error).__name__}"
        return NoClearAnswer(text) if sent else Unreachable(text)

    async def _listed(self, client: Client) -> dict[str, dict[str, Any]]:
        tools: dict[str, dict[str, Any]] = {}
        cursor = None
        while len(tools) < MOST_TOOLS:
            page = await client.list_tools(cursor=cursor)
            tools |= {tool.name: dict(tool.input_schema) for tool in page.tools}
            cursor = page.next_cursor
            if not cursor:
                break
        self.schemas.keep(self.name, tools)
        return tools

    def _arguments(
        self,
        call: str,
        known: Mapping[str, dict[str, Any]],
        values: Mapping[str, Any],
        key: tuple[str, str] | None,
        *,
        checking: bool = False,
    ) -> dict[str, Any]:
        if call not in known:
            raise NotConfigured(f"{self.name} has no tool {call!r}")
        schema = known[call]
        if checking:
            required = [name for name in schema.get("required") or () if name in values]
            schema = {**schema, "required": required}
        all_values = {**values, **({key[0]: key[1]} if key else {})}
        body = outgoing(call, as_call(schema), all_values).body
        return body if isinstance(body, dict) else {}

    def _answer(self, result: CallToolResult) -> Answer:
        content: Any = result.structured_content
        if content is None:
            texts = [block.text for block in result.content if block.type == "text"]
            try:
                content = orjson.loads(texts[0]) if texts else None
            except orjson.JSONDecodeError:
                content = None
        return Answer(0, content, error=bool(result.is_error), whole=content is not None)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[Client]:
        """Raises CallError, and whatever the SDK does."""
        from mcp import Client, StdioServerParameters

        if self.system.mcp == "command":
            words = self.access.command(self.name)
            secret = self.access.secret(self.name)
            env = {"CARELINE_SECRET": secret} if secret else None
            server = StdioServerParameters(command=words[0], args=words[1:], env=env)
            async with Client(server, cache=None) as client:
                yield client
            return
        from .tool_transport import http_transport

        secret = self.access.secret(self.name)
        async with (
            http_transport(self.access.url(self.name), self.system, secret) as transport,
            Client(transport, cache=None) as client,
        ):
            yield client


def _own(error: BaseException) -> CallError | None:
    """An error of ours that the SDK's task groups have wrapped."""
    if isinstance(error, CallError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := _own(inner)) is not None), None)
    return None


def as_call(schema: Mapping[str, Any]) -> HttpCall:
    """A tool seen as a call whose body are its arguments."""
    return HttpCall(method="TOOL", path="/", body=dict(schema), body_required=True)
