"""`careline trace TURN`."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from careline_cli.errors import CommandError
from careline_cli.running import Running
from careline_cli.turn_log import HOW_TO_GET_ONE, TurnLogClient, TurnRecord

app = typer.Typer()

_BAR = 32
_COLOURS = {
    "gateway": "cyan",
    "classifier": "magenta",
    "retrieval": "blue",
    "executor": "green",
    "verifier": "yellow",
}


@app.command()
def trace(
    turn: Annotated[str, typer.Argument(help="A turn's id, as `careline chat --json` and the demo print it.")],
    as_json: Annotated[bool, typer.Option("--json", help="For programs: events and timeline.")] = False,
) -> None:
    """Draw a turn's way through the services: who did what, when, how long, and what it decided."""
    try:
        wanted = str(uuid.UUID(turn.strip()))
    except ValueError:
        raise CommandError(
            f"{turn!r} is no turn's id: one looks like 3f2b8c1e-5d47-5a0b-9c66-0d1e2f3a4b5c.", HOW_TO_GET_ONE
        ) from None
    record = asyncio.run(_read(wanted))
    if as_json:
        typer.echo(json.dumps({"turn": record.turn, "trace": record.trace, "events": record.events,
                               "timeline": record.timeline}, indent=2, ensure_ascii=False))  # fmt: skip
        return
    draw(record, Console())


async def _read(turn: str) -> TurnRecord:
    running = Running.find()
    client = TurnLogClient(running.insight, running.agent_token)
    try:
        return await client.turn(turn)
    finally:
        await client.close()


def draw(record: TurnRecord, console: Console) -> None:
    """A tree: the turn, its rounds, their stages with a bar on the time axis."""
    total = max((stage["start_ms"] + stage["ms"] for stage in record.timeline), default=0.0)
    tree = Tree(f"[bold]turn {escape(record.turn)}[/bold]  {total:.0f} ms  [dim]trace {record.trace or '-'}[/dim]")
    rounds = sorted({stage["round"] for stage in record.timeline})
    for number in rounds:
        branch = tree if len(rounds) == 1 else tree.add(f"round {number + 1}")
        branch.add(_stages([s for s in record.timeline if s["round"] == number], total))
    console.print(tree)


def _stages(stages: list[dict[str, Any]], total: float) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(5):
        table.add_column(overflow="fold")
    for stage in stages:
        colour = _COLOURS.get(stage["service"], "white")
        table.add_row(
            f"[{colour}]{stage['service']}[/]",
            f"[{colour}]{_bar(stage['start_ms'], stage['ms'], total)}[/]",
            f"{stage['ms']:.0f} ms",
            f"[dim]{stage['event']}[/]",
            escape(stage["says"]),
        )
    return table


def _bar(start: float, length: float, total: float) -> str:
    if total <= 0:
        return "▏".ljust(_BAR)
    begin = min(round(start / total * _BAR), _BAR - 1)
    size = max(1, round(length / total * _BAR))
    return (" " * begin + "━" * min(size, _BAR - begin)).ljust(_BAR)
