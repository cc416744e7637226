"""`careline outbox`: letters that stayed on this machine."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from careline_cli.stack.home import Home

app = typer.Typer()


@app.command()
def outbox(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """One-time codes and the like that the local stack would have sent, newest first."""
    letters = read_letters(Home.find(os.environ), limit)
    if as_json:
        typer.echo(json.dumps(letters, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    for letter in letters:
        console.print(
            f"[dim]{letter['at'][:19].replace('T', ' ')}[/dim] {letter['way']} to {escape(letter['address'])}"
        )
        console.print(f"  {escape(letter['text'])}")
    if not letters:
        console.print("Nothing was sent.")


def read_letters(home: Home, limit: int) -> list[dict[str, Any]]:
    """The newest letters of this home's outbox."""
    files = sorted((home.root / "outbox").glob("*.json"), reverse=True)[:limit]
    return [json.loads(file.read_text("utf-8")) for file in files]
