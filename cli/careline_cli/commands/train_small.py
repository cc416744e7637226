"""`careline train-small PACK`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from careline.models.encoder import Encoder
from careline.models.text import preload
from careline.tenants.load import read_folder
from careline_classifier.adapters.minds import MindStore
from careline_cli.engine.place import Engine
from careline_cli.errors import CommandError
from careline_cli.packs import pack_folder
from careline_cli.small_model.dialogues import Classroom
from careline_cli.small_model.making import SYSTEM_CHARS, Job, run_job
from careline_cli.small_model.workshop.dialogue import Dialogue
from careline_cli.stack.home import Home

app = typer.Typer()


@app.command("train-small")
def train_small(
    pack: Annotated[str, typer.Argument(help="A pack's name or folder.")],
    minutes: Annotated[float, typer.Option(min=0.1, max=240, help="How long it may learn.")] = 6.0,
    out: Annotated[Path | None, typer.Option(help="The model's folder (default: .local/models/PACK-small).")] = None,
    seed: Annotated[int, typer.Option(help="The same seed begins with the same weights.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads.")] = max(1, os.cpu_count() or 1),
) -> None:
    """Teach a small model the classifier's role from a pack's own examples, for the small tier on vLLM.

    It learns from nothing else, in the engine's environment (`make vllm`). A tenth of the examples is kept back to
    test on. Ctrl-C ends it; a model made before stays as it was.
    """
    python = Engine.find(os.environ).usable()
    home, console = Home.find(os.environ), Console()
    folder = pack_folder(pack)
    target = out or home.root / "models" / f"{folder.name}-small"
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console) as bar:
        writing = bar.add_task("writing dialogues", total=None)
        dialogues = _dialogues(folder, home)
        bar.update(writing, total=1, completed=1, description=f"{len(dialogues)} dialogues")
        learning = bar.add_task("learning", total=1.0)

        def told(event: dict[str, Any]) -> None:
            if event["event"] == "step":
                bar.update(learning, completed=event["done"], description=f"learning, loss {event['loss']:.2f}")
            elif event["event"] == "tested":
                console.print(f"kept back: {event['right']:.1%} of {event['of']} answers right in every letter")

        job = Job(python, dialogues, target, minutes * 60, seed, threads, system_chars=SYSTEM_CHARS)
        done = run_job(job, told)
        bar.update(learning, completed=1.0)
    console.print(
        f"{done['weights'] / 1e6:.1f} million weights, {done['dialogues']} dialogues, {done['seconds']:.0f} s: "
        f"{done['right']:.1%} of the answers kept back are right in every letter.\nThe model: {target}"
    )
    console.print("Serve it with deploy/model-server/serve.py (docs/operations/model-server.md).")


def _dialogues(folder: Path, home: Home) -> tuple[Dialogue, ...]:
    loaded = read_folder(folder)
    if loaded.pack is None:
        raise CommandError(
            f"The pack {folder.name} cannot be used as it is.", f"`careline tenant check {folder}` names every mistake."
        )
    preload()
    encoder = Encoder.load(home.encoder)
    mind = MindStore(home.root / "heads", encoder).load_or_train(loaded.pack)
    return tuple(Classroom(loaded.pack, mind.reflex, encoder).dialogues())
