"""`careline review`."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from careline.tenants.model import Pack
from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.privacy.erasing import pack_of
from careline_cli.privacy.sampling import Drawn, draw, judge, of_turn, stratum, unread, verdicts
from careline_cli.tenants.publishing import guarded

app = typer.Typer()


class Verdict(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"


@app.command()
def review(
    tenant: Annotated[str, typer.Option("--tenant", "-t", help="Of which business.")] = "shop",
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Only list the sample, for programs.")] = False,
    turn: Annotated[str, typer.Option(help="Judge this turn, without being asked; needs --verdict.")] = "",
    verdict: Annotated[Verdict | None, typer.Option(help="What the turn's answer is worth.")] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    unmasked: Annotated[bool, typer.Option("--unmasked", help="Show personal data, too.")] = False,
    agent: Annotated[str, typer.Option("--as", help="Who you are.", envvar="CARELINE_AGENT")] = "",
) -> None:
    """Read a sample of answers, drawn by the rates of the pack's safety.yaml, and say what they are worth.

    Verdicts are kept for good: whoever changes their mind judges the turn again.
    """
    url, who = owner_url(os.environ), agent or getpass.getuser()
    if bool(turn) != (verdict is not None):
        raise CommandError("--turn and --verdict go together.", "Without both, the sample is shown and asked about.")
    if verdict is not None:
        asyncio.run(guarded(url, _judge_one, tenant, turn, who, verdict.value, note))
        typer.echo(f"{turn}: {verdict.value}")
        return
    sample: list[Drawn] = asyncio.run(guarded(url, _draw, tenant, days, not unmasked))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in sample], indent=2, ensure_ascii=False))
        return
    _read(Console(highlight=False), url, tenant, who, sample)


def _read(console: Console, url: str, tenant: str, who: str, sample: list[Drawn]) -> None:
    """One turn after the other until the sample, or the reader, has had enough."""
    for number, one in enumerate(sample, 1):
        console.rule(f"{number} of {len(sample)}: {one.stratum}, {one.outcome} {one.reason}")
        for speaker, text in one.dialogue:
            console.print(f"[bold]{speaker:9}[/bold] {escape(text)}", soft_wrap=True)
        answer = typer.prompt("good, bad, unsure, skip or quit", default="skip").strip().lower()
        if answer in ("q", "quit"):
            break
        chosen = next((each.value for each in Verdict if answer and each.value.startswith(answer)), None)
        if chosen is not None:
            note = typer.prompt("why", default="", show_default=False)
            asyncio.run(guarded(url, _judge_one, tenant, one.turn, who, chosen, note))
    counts = asyncio.run(guarded(url, verdicts, tenant))
    told = ", ".join(f"{by} {verdict} {number}" for (by, verdict), number in counts.items())
    console.print(told or f"No answer of {escape(tenant)} waits to be read, and none was judged yet.")


async def _draw(connection: Any, tenant: str, days: int, masked: bool) -> list[Drawn]:
    async with connection.transaction(readonly=True):
        pack: Pack = await pack_of(connection, tenant)
        return draw(pack, await unread(connection, tenant, days), masked=masked)


async def _judge_one(connection: Any, tenant: str, turn: str, who: str, verdict: str, note: str) -> None:
    async with connection.transaction():
        pack = await pack_of(connection, tenant)
        seen = await of_turn(connection, tenant, turn)
        if seen is None:
            raise CommandError(f"{tenant} has no finished turn {turn} in its log.", "`careline review --json` lists.")
        await judge(connection, tenant, turn, stratum(pack, seen), reviewer=who, verdict=verdict, note=note)
