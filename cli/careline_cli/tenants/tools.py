"""What a pack gives to tools, against what their servers say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from careline.systems.directory import Directory
from careline.systems.errors import CallError, NotConfigured
from careline.systems.settings import Access
from careline.systems.tools import ToolCaller, as_call
from careline.tenants.checks.calls import check_call
from careline.tenants.checks.report import Report
from careline.tenants.load import Loaded
from careline.tenants.model import Call, Match, Operation, Pack
from careline.tenants.problems import Path, Problem, suggestion
from careline.tenants.yaml_reader import read_yaml

Tools = dict[str, dict[str, Any]]  # a tool's input schema by its name


async def compared(loaded: Loaded, environ: Mapping[str, str], *, needed: bool) -> Loaded:
    """The same with problems for tools that are not there, or do not take what they would be given.

    A server that cannot be asked is a problem when it is `needed`, else a note.
    """
    pack = loaded.pack
    if pack is None or all(system.mcp is None for system in pack.systems.values()):
        return loaded
    tools, away = await _asked(pack, environ)
    file = loaded.folder / "operations.yaml"
    report = Report(read_yaml(file.name, file.read_bytes()), pack.tenant.languages)
    for name, operation in pack.operations.items():
        remote = operation.remote
        if remote is not None and remote.system in tools:
            _check(report, ("operations", name, "effect", 0), operation, remote, tools[remote.system])
    problems = list(report.problems)
    if needed:
        problems += [Problem("systems.yaml", 0, 0, why, ("systems", name)) for name, why in away.items()]
        away = {}
    notes = (*loaded.notes, *away.values())
    if problems:
        return replace(loaded, pack=None, problems=(*loaded.problems, *problems), notes=notes)
    return replace(loaded, notes=notes)


async def _asked(pack: Pack, environ: Mapping[str, str]) -> tuple[dict[str, Tools], dict[str, str]]:
    """The tools of each server, and why others could not be asked."""
    directory = Directory(Access(environ))
    tools: dict[str, Tools] = {}
    away: dict[str, str] = {}
    for name in pack.systems:
        caller = directory.of(pack, name)
        if not isinstance(caller, ToolCaller):
            continue
        try:
            tools[name] = await caller.tools()
        except NotConfigured as error:
            away[name] = f"the tools of {name} cannot be looked at: {error}"
        except CallError as error:
            away[name] = f"the tools of {name} cannot be looked at, its server does not answer: {error}"
    return tools, away


def _check(report: Report, at: Path, operation: Operation, effect: Call, tools: Tools) -> None:
    own = {} if effect.idempotency is None else {effect.idempotency: "key"}
    _check_tool(report, at, operation, effect.call, effect.arguments, tools, own)
    for name, part in (("preview", effect.preview), ("status", effect.status)):
        if part is not None:
            _check_tool(report, (*at, name), operation, part.call, part.arguments, tools, {})


def _check_tool(
    report: Report,
    at: Path,
    operation: Operation,
    tool: str,
    arguments: Match,
    tools: Tools,
    own: Mapping[str, str],
) -> None:
    if tool not in tools:
        report.add((*at, "call"), f"the server has no tool {tool!r}{suggestion(tool, tools)}")
        return
    check_call(report, (*at, "arguments"), tool, as_call(tools[tool]), {**arguments, **own}, operation)
