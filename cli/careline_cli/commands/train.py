"""`careline train PACK`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from careline.models.encoder import Encoder
from careline.models.errors import ModelError
from careline.models.text import preload
from careline.tenants.load import read_folder
from careline.tenants.model import Pack
from careline_classifier.adapters.minds import MindStore
from careline_classifier.domain.examples import examples_of
from careline_cli.counting import counted
from careline_cli.errors import CommandError
from careline_cli.packs import pack_folder
from careline_cli.stack.home import Home
from careline_cli.training.heldout import FOLDS, Read, read_held_out, validation_of
from careline_cli.training.tuned import compare, trainer_of, tune_to_all

app = typer.Typer()
_CACHE = 65536


@app.command("train")
def train_pack(
    pack: Annotated[str, typer.Argument(help="A pack's name or folder.")],
    shots: Annotated[
        int | None, typer.Option(min=1, help="Only measure: learn so many examples of each intent, keep nothing.")
    ] = None,
    fine_tune: Annotated[bool, typer.Option("--fine-tune", help="Tune the encoder (needs `make trainer`).")] = False,
    at_least: Annotated[float, typer.Option(min=0, max=1, help="Exit 1 below this held-out accuracy.")] = 0.0,
) -> None:
    """Learn a pack's examples, and say how well others are read by them. The classifier takes what is kept.

    Every example is left out once, with all its fillings, and read by what the rest teaches.
    """
    console = Console(soft_wrap=True, highlight=False)
    loaded = load_for_training(pack)
    home = Home.find(os.environ)
    preload()
    if fine_tune and shots is not None:
        raise CommandError("--shots only measures; --fine-tune is for all examples.", "Give one of them.")
    try:
        if fine_tune:
            _tune(console, loaded, home)
        with Encoder.load(home.encoder, cache_size=_CACHE) as encoder:
            rows = read_pack(console, loaded, encoder, shots)
            if shots is None:
                _keep(console, loaded, home, encoder)
    except ModelError as error:
        raise CommandError(f"{loaded.name} cannot be learnt: {error}") from error
    if validation_of(rows).accuracy < at_least:
        raise typer.Exit(1)


def load_for_training(name: str) -> Pack:
    """Raises CommandError."""
    folder = pack_folder(name)
    found = read_folder(folder).pack
    if found is None:
        raise CommandError(
            f"The pack {folder.name} cannot be used as it is.", f"`careline tenant check {name}` names every mistake."
        )
    return found


def read_pack(console: Console, pack: Pack, encoder: Encoder, shots: int | None) -> list[Read]:
    """Reads every example by the others, and says how that went."""
    start = time.perf_counter()
    with console.status(f"learning {pack.name}") as status:

        def say(done: int, of: int) -> None:
            status.update(f"learning {pack.name}: {done} of {of} parts read")

        rows = read_held_out(pack, lambda _: encoder, shots=shots, say=say)
    seen = validation_of(rows)
    few = f", {shots} of each intent learnt" if shots is not None else ""
    console.print(
        f"[bold]{pack.name}[/]: {counted(len(rows), 'example')} read by the others in {FOLDS} parts{few}: "
        f"{seen.accuracy:.1%} right, calibration error {seen.calibration_error():.1%} "
        f"({time.perf_counter() - start:.0f} s)"
    )
    return rows


def _keep(console: Console, pack: Pack, home: Home, encoder: Encoder) -> None:
    start = time.perf_counter()
    heads = home.root / "heads"
    with console.status("learning all examples"):
        mind = MindStore(heads, encoder).train(pack)
    labels = sum(len(head.labels) for head in mind.reflex.heads.values())
    console.print(
        f"learnt {counted(len(examples_of(pack)), 'example')} of {counted(labels, 'label')} "
        f"in {time.perf_counter() - start:.1f} s; kept in {heads} for version {pack.version} of the pack"
    )


def _tune(console: Console, pack: Pack, home: Home) -> None:
    trainer = trainer_of(os.environ, home.shared)
    general = home.root / "encoder" if (home.root / "encoder").is_dir() else home.shared / "encoder"
    out: Path = home.tuned_encoder
    with Encoder.load(general, cache_size=_CACHE) as encoder:
        before, after = compare(pack, encoder, trainer, lambda line: console.print(f"  {line}"))
    was, now = validation_of(before).accuracy, validation_of(after).accuracy
    console.print(f"a fifth read by the rest: {was:.1%} with the general encoder, {now:.1%} with a tuned one")
    if now <= was:
        console.print("The tuned encoder is no better and is not kept.")
        return
    tune_to_all(pack, out, trainer, lambda line: console.print(f"  {line}"))
    console.print(f"tuned to all examples: {out}, used from the next `careline up` on, until that folder is deleted")
