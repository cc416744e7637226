"""`careline calibrate PACK`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from careline.models.encoder import Encoder
from careline.models.errors import ModelError, RowsUnusable
from careline.models.text import preload
from careline.models.thresholds import Scored, Threshold, choose, enough, read_rows
from careline_cli.commands.train import load_for_training
from careline_cli.errors import CommandError
from careline_cli.packs import pack_folder
from careline_cli.stack.home import Home
from careline_cli.training.heldout import read_held_out, scored
from careline_cli.training.snippet import REFLEX, ROLES, TIERS, Place, snippet

app = typer.Typer()


@app.command("calibrate")
def calibrate(
    pack: Annotated[str, typer.Argument(help="A pack's name or folder.")],
    precision: Annotated[float, typer.Option(help="What is answered has to be right this often.")] = 0.95,
    certainty: Annotated[float, typer.Option(help="How sure that is to hold for further messages like these.")] = 0.95,
    scores: Annotated[
        list[str] | None,
        typer.Option("--scores", metavar="ROLE/TIER=FILE", help="JSON lines of {confidence, right}; may be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the thresholds here (YAML).")] = None,
    rows_out: Annotated[Path | None, typer.Option("--rows", help="Write the reflex's own rows here.")] = None,
) -> None:
    """Choose thresholds per role and tier, with a confidence bound (learn then test, exact binomial).

    The reflex's confidences as a classifier come from cross-validation over the pack's examples, unless a file is given
    for classifier/reflex. Exit 1 if a tier cannot keep the promise at any threshold.
    """
    if not 0 < precision < 1 or not 0 < certainty < 1:
        raise CommandError("--precision and --certainty lie between 0 and 1, both excluded.")
    pack_folder(pack)  # a name that is none is told before anything is read
    given = _all_given(scores or ())
    console = Console(soft_wrap=True, highlight=False)
    if (own := Place("classifier", REFLEX)) not in given:
        given = {own: _own_rows(console, pack, rows_out), **given}
    found = {place: choose(rows, precision, 1 - certainty) for place, rows in given.items()}
    _show(console, found, precision, certainty)
    text = snippet(found, precision, certainty)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        console.print(f"written: {out}")
    else:
        console.print("\nFor tenant.yaml:\n", style="bold")
        console.print(text, markup=False)
    if not all(each.kept for each in found.values()):
        raise typer.Exit(1)


def _all_given(options: Sequence[str]) -> dict[Place, list[Scored]]:
    """Raises CommandError."""
    found: dict[Place, list[Scored]] = {}
    for place, rows in map(_given, options):
        if place in found:
            raise CommandError(
                f"There are two files of scores for {place.role}/{place.tier}.", "Put their rows into one file."
            )
        found[place] = rows
    return found


def _given(option: str) -> tuple[Place, list[Scored]]:
    """Raises CommandError."""
    name, _, file = option.partition("=")
    role, _, tier = name.partition("/")
    if role not in ROLES or tier not in TIERS or not file:
        raise CommandError(
            f"--scores {option} is not ROLE/TIER=FILE.", f"Roles: {', '.join(ROLES)}; tiers: {', '.join(TIERS)}."
        )
    try:
        with Path(file).open(encoding="utf-8") as lines:
            return Place(role, tier), read_rows(lines, file)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except (RowsUnusable, UnicodeDecodeError) as error:
        raise CommandError(f"These scores cannot be used: {error}") from error


def _own_rows(console: Console, pack: str, out: Path | None) -> list[Scored]:
    loaded = load_for_training(pack)
    preload()
    try:
        with (
            Encoder.load(Home.find(os.environ).encoder, cache_size=65536) as encoder,
            console.status(f"reading the examples of {loaded.name} by the others"),
        ):
            rows = read_held_out(loaded, lambda _: encoder)
    except ModelError as error:
        raise CommandError(f"{loaded.name} cannot be learnt: {error}") from error
    found = scored(rows)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        lines = (json.dumps({"confidence": round(each.confidence, 6), "right": each.right}) for each in found)
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def _show(console: Console, found: dict[Place, Threshold], precision: float, certainty: float) -> None:
    table = Table(box=None, pad_edge=False)
    for column in ("role", "tier", "rows", "threshold", "answered", "right", "at least"):
        table.add_column(column, justify="left" if column in ("role", "tier") else "right")
    for place, each in found.items():
        if each.kept:
            cells = (f"{each.value:.4f}", f"{each.coverage:.1%}", f"{each.precision:.1%}", f"{each.bound:.1%}")
        else:
            cells = ("none", "0 %", "", "")
        table.add_row(place.role, place.tier, str(each.rows), *cells)
    console.print(table)
    console.print(f"promised: {precision:.1%} right of what is answered, with a certainty of {certainty:.1%}")
    least = enough(precision, 1 - certainty)
    for place, each in found.items():
        if not each.kept:
            short = f"; even without a mistake it takes {least} rows" if each.rows < least else ""
            so = "" if place.tier == REFLEX else " It is not to be asked (null)."
            console.print(f"{place.role}/{place.tier} cannot promise that at any threshold{short}.{so}", style="yellow")
