"""`careline eval PACK`."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from careline.storage import StorageError, translated
from careline.tenants.load import read_folder
from careline_cli.borrowed import borrowed_stack
from careline_cli.errors import CommandError
from careline_cli.evaluation.questions import load_questions
from careline_cli.evaluation.run import AT_ONCE, evaluate
from careline_cli.evaluation.table import print_summary, print_wrong
from careline_cli.packs import pack_folder, required_sets
from careline_cli.report import Section, write_report

app = typer.Typer()


@app.command("eval")
def evaluate_pack(
    pack: Annotated[str, typer.Argument(help="A pack's name or folder.")],
    sets: Annotated[list[Path] | None, typer.Option("--set", help="A question set; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write figures and rows here.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a report with charts here.")] = None,
    tenant: Annotated[str | None, typer.Option(help="The tenant to copy data from (the pack's name).")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Customers at the same time.")] = AT_ONCE,
    at_least: Annotated[float, typer.Option(min=0, max=1, help="Exit 1 below this share of right rows.")] = 0.0,
) -> None:
    """Play question sets through the running system and grade every row: right or wrong.

    Each question gets a fresh copy of the business data. It uses the running stack, or boots one and stops it. A wrong
    write always exits 1.
    """
    folder = pack_folder(pack)
    files = tuple(sets or ()) or required_sets(folder)
    # What cannot be played is told before a stack is started for it.
    for file in files:
        load_questions(file)
    loaded = read_folder(folder)
    if loaded.pack is None:
        raise CommandError(
            f"The pack {folder.name} cannot be used as it is.", f"`careline tenant check {pack}` names every mistake."
        )
    console = Console()
    try:
        with borrowed_stack() as running, translated():
            evaluation = asyncio.run(evaluate(running, folder, tenant or folder.name, files, console, at_once))
    except StorageError as error:
        raise CommandError(f"The database refuses: {error}", "Does the stack still run? `careline status`") from error
    content = evaluation.as_json()
    print_wrong(console, content["rows"])
    print_summary(console, f"{evaluation.pack}: {', '.join(content['sets'])}", content["summary"])
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if html:
        section = Section(evaluation.pack, content["summary"], content["rows"])
        write_report(html, f"Evaluation of {evaluation.pack}", [section], [], datetime.now(UTC))
        console.print(f"report: {html}")
    summary = content["summary"]
    if summary["wrong_writes"] or summary["right"] < at_least * summary["rows"]:
        raise typer.Exit(1)
