"""`careline eval PACK`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from careline.storage import StorageError, translated
from careline.tenants.load import read_folder
from careline_cli.errors import CommandError
from careline_cli.evaluation.ablation import ALL, Ablation, Pipeline
from careline_cli.evaluation.course import Course, Finished
from careline_cli.evaluation.dataset import take_data
from careline_cli.evaluation.questions import load_questions
from careline_cli.evaluation.run import AT_ONCE
from careline_cli.evaluation.saved import SavedRun
from careline_cli.evaluation.tiers import Tiers
from careline_cli.packs import pack_folder, required_sets
from careline_cli.report import write_report

app = typer.Typer()
_RUN = "What is run"
_OUT = "What comes out"
_BOUNDS = "Exit 1 if"


@app.command("eval")
def evaluate_pack(
    pack: Annotated[str, typer.Argument(help="A pack's name or folder.")],
    sets: Annotated[
        list[Path] | None, typer.Option("--set", help="A question set; may be repeated.", rich_help_panel=_RUN)
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Other data of the pack's format: tables, guide, questions.jsonl.", rich_help_panel=_RUN),
    ] = None,
    tiers: Annotated[
        list[Tiers] | None,
        typer.Option(help="Which language models may be asked (all there are); may be repeated.", rich_help_panel=_RUN),
    ] = None,
    pipeline: Annotated[
        Pipeline, typer.Option(help="Leave parts out, in a throw-away stack.", rich_help_panel=_RUN)
    ] = Pipeline.WHOLE,
    levels: Annotated[
        int, typer.Option(min=1, max=2, help="1: one flat choice instead of basic info first.", rich_help_panel=_RUN)
    ] = 2,
    ablations: Annotated[
        bool, typer.Option("--ablations", help="All pipelines and levels, one after the other.", rich_help_panel=_RUN)
    ] = False,
    tenant: Annotated[
        str | None, typer.Option(help="The tenant to copy data from (the pack's name).", rich_help_panel=_RUN)
    ] = None,
    at_once: Annotated[
        int, typer.Option(min=1, max=64, help="Customers at the same time.", rich_help_panel=_RUN)
    ] = AT_ONCE,
    out: Annotated[
        Path | None, typer.Option("--json", help="Write figures and rows here.", rich_help_panel=_OUT)
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a report with charts here.", rich_help_panel=_OUT)
    ] = None,
    compare_with: Annotated[
        Path | None, typer.Option("--compare", help="Compare with a run saved by --json.", rich_help_panel=_OUT)
    ] = None,
    min_right: Annotated[
        float,
        typer.Option("--min-right", "--at-least", min=0, max=1, help="Less than this share of rows is right.",
                     rich_help_panel=_BOUNDS),
    ] = 0.0,
    max_wrong_writes: Annotated[
        int, typer.Option(min=0, help="More rows were written wrongly.", rich_help_panel=_BOUNDS)
    ] = 0,
    no_worse_than: Annotated[
        Path | None, typer.Option(help="Fewer rows are right than in this saved run.", rich_help_panel=_BOUNDS)
    ] = None,
) -> None:  # fmt: skip
    """Play question sets through the system and grade every row: right or wrong.

    Each question gets a fresh copy of the business data. It uses the running stack, or boots one and stops it; a
    pipeline with a part left out gets a stack of its own, which is deleted afterwards.
    """
    folder = pack_folder(pack)
    found = take_data(folder, data, os.environ) if data else ()
    files = tuple(sets or ()) or found or required_sets(folder)
    chosen = ALL if ablations else (Ablation(pipeline, levels),)
    # What cannot be played, compared or left out is told before a stack is started for it.
    for file in files:
        load_questions(file)
    older = {file: SavedRun.read(file) for file in (compare_with, no_worse_than) if file}
    loaded = read_folder(folder)
    if loaded.pack is None:
        raise CommandError(
            f"The pack {folder.name} cannot be used as it is.", f"`careline tenant check {pack}` names every mistake."
        )
    console = Console()
    of = partial(Course, folder, loaded.pack.tenant.tiers, files, tenant or folder.name)
    courses = [of(each, at_once, console) for each in dict.fromkeys(tiers or (None,))]
    for course in courses:
        course.check(chosen)
    try:
        with translated():
            runs = [course.run(each) for course in courses for each in chosen]
    except StorageError as error:
        raise CommandError(f"The database refuses: {error}", "Does the stack still run? `careline status`") from error
    finished = Finished(runs, older.get(compare_with) if compare_with else None, courses[0].published())
    finished.show(console)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(finished.as_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if html:
        write_report(html, f"Evaluation of {folder.name}", finished.sections(), [], datetime.now(UTC))
        console.print(f"report: {html}")
    broken = finished.broken(min_right, max_wrong_writes, older.get(no_worse_than) if no_worse_than else None)
    for sentence in broken:
        console.print(f"[bold red]{sentence}[/bold red]", highlight=False)
    if broken:
        raise typer.Exit(1)
