"""`careline training-data`."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from careline_cli.commands.migrate import owner_url
from careline_cli.errors import CommandError
from careline_cli.privacy.training import Leaving, training_data
from careline_cli.tenants.publishing import guarded

app = typer.Typer()


@app.command(name="training-data")
def training_data_(
    tenant: Annotated[str, typer.Argument(help="Of which business.")] = "shop",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A file of JSON lines, a dialogue each.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it; without, only tell.")] = False,
    actor: Annotated[str, typer.Option("--as", help="Who you are, for the audit.", envvar="CARELINE_AGENT")] = "",
) -> None:
    """Write what the pack's policy.yaml lets training use: masked, of who agreed. Without --yes it only tells.

    This is the only way for customers' words to leave for training; what stayed is counted with the reason.
    """
    if yes and out is None:
        raise CommandError("Where to?", "Name a file: --out dialogues.jsonl")
    who = actor or getpass.getuser()
    leaving: Leaving = asyncio.run(guarded(owner_url(os.environ), training_data, tenant, who, dry_run=not yes))
    if yes and out is not None:
        write(leaving, out)
    tell(leaving, f"Written to {out}." if yes else "Nothing was written: --out FILE --yes does it.")


def write(leaving: Leaving, file: Path) -> None:
    """For its owner only. Raises CommandError."""
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in leaving.dialogues)
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error}") from error


def tell(leaving: Leaving, end: str) -> None:
    """What may leave, and what stayed, why."""
    console = Console(highlight=False, soft_wrap=True)
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(leaving.kinds.items()))
    console.print(f"May leave: {len(leaving.dialogues)} dialogues{f' with {counts}' if counts else ''}.")
    for reason, number in leaving.stayed.most_common():
        console.print(f"Stay: {number} messages, because {escape(reason)}.")
    if not leaving.dialogues and not leaving.stayed:
        console.print("There is nothing to be told, or the pack's policy.yaml allows no use (training).")
    console.print(escape(end))
